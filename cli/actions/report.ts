import { formerIssuerUrls } from "../../config/cluster-props";
import type { Config } from "../../config/load";
import { findSigningKey, type IrsaIssuerProps } from "../../modules/issuer";
import { valueOf } from "../../modules/diagnosis";
import {
  buildReport,
  renderReport,
  type SeenDocuments,
  type SynthesizedStack,
} from "../../modules/report";
import { formatValue } from "../../modules/validation";
import { readEvidenceFiles } from "../evidence/evidence-files";
import { chooseClusters, readConfiguration, type StackOptions } from "../input/configuration";
import type { OutOptions } from "../input/shared-options";
import type { Action, Host } from "../io/host";
import { UsageError } from "../io/usage-error";
import { readStacks } from "../output/read-stacks";
import { formatJson, writeText } from "../output/result";

/** Options of the command. */
export interface ReportOptions extends StackOptions, OutOptions {
  readonly date?: string;
  readonly from?: string;
}

export const report: Action<ReportOptions> = async (options, host) => {
  const { date, json = false } = options;
  if (date !== undefined && !isDate(date)) {
    throw new UsageError(`--date must be a date, YYYY-MM-DD, got ${formatValue(date)}`);
  }
  const read = await readConfiguration(options, host);
  const chosen = { ...read, clusters: chooseClusters(read, options.stack) };
  const seen = options.from === undefined ? undefined : await readSeen(options.from, host);
  const stacks = (await synthesize(chosen, host)).map((stack) => ({
    ...stack,
    seen: seen?.get(stack.name),
  }));
  const built = buildReport(stacks, { date });
  await writeText(json ? formatJson(built) : renderReport(built), options, host);
};

/** What `irsa doctor` has seen of each cluster's documents. */
async function readSeen(
  directory: string,
  host: Host,
): Promise<ReadonlyMap<string, SeenDocuments>> {
  const all = await readEvidenceFiles(directory, host);
  return new Map(
    all.flatMap(({ target: { cluster }, collectedAt: at, published }) => {
      const documents = valueOf(published);
      return cluster === undefined || documents === undefined
        ? []
        : [[cluster, { at, ...documents }] as const];
    }),
  );
}

function isDate(text: string): boolean {
  const date = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(`${text}T`);
}

/** The stacks as `irsa synth` writes them. */
async function synthesize(config: Config, host: Host): Promise<SynthesizedStack[]> {
  const clusters = new Map(config.clusters?.map((cluster) => [cluster.name, cluster]));
  return [...(await readStacks(config, host))].map(([name, terraform]) => {
    const cluster = clusters.get(name);
    return { name, terraform, ...(cluster === undefined ? {} : settingsOf(cluster)) };
  });
}

type Cluster = NonNullable<Config["clusters"]>[number];

/** What the Terraform of a stack does not say. */
function settingsOf(cluster: Cluster): Omit<SynthesizedStack, "name" | "terraform"> {
  const { region, accountId, issuer, talos, serviceAccountRoles } = cluster;
  const policies = serviceAccountRoles.map(
    ({ name, roleName = name, policies: named = [] }) => [roleName, named] as const,
  );
  return {
    region,
    accountId,
    policies: Object.fromEntries(policies),
    ...("hosting" in issuer ? keysOf(issuer) : { issuerUrl: issuer.issuerUrl }),
    talos: talos && {
      ...talos,
      previousIssuers: formerIssuerUrls(issuer),
    },
  };
}

function keysOf({ keys, signingKey, nextIssuer }: IrsaIssuerProps) {
  return {
    keys,
    signingKey: keys && findSigningKey(keys, signingKey)?.name,
    nextIssuer: nextIssuer?.name,
  };
}
