import type { Cluster } from "../../config/cluster-props";
import { ConfigError } from "../../config/config-error";
import type { EditedFile } from "../../config/edit-cluster";
import { editClusterIssuers, type IssuerEdit } from "../../config/edit-issuers";
import { type ConfigFiles, parseConfigFiles } from "../../config/load";
import type { NextIssuerConfig } from "../../config/schema";
import { defaultIssuerName } from "../../modules/issuer";
import {
  type IssuerEdit as PlannedEdit,
  isoTime,
  planIssuerMigration,
} from "../../modules/rotation";
import { checkText, type Path, previousIssuerNameRules } from "../../modules/validation";
import { apiServerOf } from "../input/api-server-traits";
import { chooseCluster, readConfigurationFiles } from "../input/configuration";
import { readTokenLifetime } from "../input/duration";
import { readIssuerDocuments, readMigrationEvidence } from "../input/migration-evidence";
import { Mistakes } from "../input/mistakes";
import { type MovingIssuers, readMovingIssuers } from "../input/moving-issuers";
import type { Action, Host } from "../io/host";
import { UsageError } from "../io/usage-error";
import { formatJson } from "../output/result";
import { formatTaken, readyStep } from "../output/steps";
import { writeEditedFile } from "../output/write-edited-file";
import { commandsOf } from "./migrate/commands";
import type { MigrateOptions, Migration } from "./migrate/migration";
import { describePlan, formatPlan } from "./migrate/report";

export const migrate: Action<MigrateOptions> = async (options, host) => {
  const mistakes = new Mistakes();
  const files = readConfigurationFiles(options, host);
  const cluster = chooseCluster(await parseConfigFiles(files), options.cluster);
  if (!("hosting" in cluster.issuer)) {
    throw new UsageError(
      `the issuer of ${cluster.name} is made elsewhere (hosting: existing): move it there, and list the former one under previousIssuers here`,
    );
  }
  const apiServer = apiServerOf(options, cluster, mistakes);
  const evidence = await readMigrationEvidence(options, host, mistakes);
  const tokenLifetime = readTokenLifetime(options.tokenLifetime, mistakes);
  const { name } = options;
  mistakes.addViolations(
    name === undefined ? [] : checkText(["name"], name, previousIssuerNameRules),
  );
  mistakes.assertNone();
  const issuers = await readMovingIssuers(cluster, options, host, mistakes);
  const to = nameOfTarget(options, cluster, issuers) ?? issuers.next?.name;
  const target = [issuers.next, ...issuers.previous].find((each) => each?.name === to);
  const published =
    target?.url === undefined
      ? undefined
      : await readIssuerDocuments(target.url, options.documents, host, mistakes);
  mistakes.assertNone();
  const { trustedIssuers, ...places } = issuers;
  const plan = planIssuerMigration({
    ...places,
    to,
    retiredIssuers: cluster.config.retiredIssuers ?? [],
    apiServer,
    evidence: {
      ...evidence,
      ...(published !== undefined && { published }),
      ...(trustedIssuers !== undefined && { trustedIssuers }),
    },
    isAccepted: options.accepted,
    tokenLifetime,
    hardCut: options.hardCut,
    now: new Date(),
  });
  const migration = { options, cluster, apiServer, plan };
  if (options.next === true) {
    await takeNextStep(files, migration, host);
  } else {
    const edit = plan.steps[0]?.edit;
    if (edit?.edit === "add-issuer") await editedFile(files, migration, edit);
    await show(migration, host);
  }
};

/**
 * The issuer to sign as: one that is there, or a new one.
 *
 * @throws {UsageError} the options say where a new one is, and there is one already, or they say nothing
 */
function nameOfTarget(
  { to, name }: MigrateOptions,
  { config }: Cluster,
  { signing, next, previous }: MovingIssuers,
): string | undefined {
  const known = [signing, ...(next === undefined ? [] : [next]), ...previous];
  const isKnown = known.some((each) => each.name === name);
  if (to !== undefined && (isKnown || next !== undefined)) {
    const [present] = next === undefined ? [name] : [next.name];
    throw new UsageError(
      `--to is for a new issuer, and ${present ?? ""} is in the configuration: leave it out`,
    );
  }
  if (to !== undefined) return name ?? freeName([...known, ...retired(config.retiredIssuers)]);
  if (name !== undefined && !isKnown) {
    throw new UsageError(
      `${config.name} has no issuer ${name}: --to says where the documents of a new one are`,
    );
  }
  const isOver = name === undefined && next === undefined && previous.length === 0;
  if (!isOver) return name;
  throw new UsageError(
    `${config.name} has one issuer: --to says where the documents of a new one are published`,
  );
}

const retired = (names: readonly string[] = []) => names.map((name) => ({ name }));

/** `oidc-2`, or the next number that is free. */
function freeName(taken: readonly { readonly name: string }[]): string {
  for (let number = 2; ; number++) {
    const name = `${defaultIssuerName}-${number}`;
    if (!taken.some((each) => each.name === name)) return name;
  }
}

async function show(migration: Migration, host: Host): Promise<void> {
  await host.print(
    migration.options.json === true ? formatJson(describePlan(migration)) : formatPlan(migration),
  );
}

/**
 * Changes the configuration by the next step.
 *
 * @throws {UsageError} a check of it has not passed, or it is a step in the cluster; nothing is changed
 */
async function takeNextStep(files: ConfigFiles, migration: Migration, host: Host): Promise<void> {
  const { plan, cluster, options } = migration;
  const seen =
    "give the API servers' pods (--api-server-pods), or say --accepted where no pod shows it";
  const step = readyStep(cluster.name, plan.steps, seen);
  const edited = await editedFile(files, migration, step.edit);
  const written = writeEditedFile(host, edited);
  await host.print(
    options.json === true
      ? formatJson({ ...describePlan(migration), written })
      : formatTaken(step, written, commandsOf(step, migration)),
  );
}

/**
 * The configuration with the next step, which is not written yet.
 *
 * @throws {UsageError} with everything that is wrong with the options that say where a new issuer is
 */
async function editedFile(
  files: ConfigFiles,
  { cluster, options }: Migration,
  edit: PlannedEdit,
): Promise<EditedFile> {
  try {
    return await editClusterIssuers(files, cluster.name, issuerEdit(edit, options));
  } catch (error) {
    if (!(error instanceof ConfigError) || edit.edit !== "add-issuer") throw error;
    const mistakes = new Mistakes();
    const ofIssuer = error.problems.filter(({ path }) => path.includes("nextIssuer"));
    mistakes.addViolations(ofIssuer.map((each) => ({ ...each, path: optionOf(each.path) })));
    mistakes.assertNone();
    throw error;
  }
}

/** The option that a property of the new issuer comes from. */
function optionOf(path: Path): Path {
  const [property = "to", member] = path.slice(path.indexOf("nextIssuer") + 1);
  if (property === "domain") return [member === "certificateArn" ? member : "domainName"];
  return [property === "hosting" ? "to" : property];
}

function issuerEdit(edit: PlannedEdit, options: MigrateOptions): IssuerEdit {
  switch (edit.edit) {
    case "add-issuer":
      return { edit: "add-issuer", issuer: newIssuer(edit.issuer, options) };
    case "record-issuer-until":
      return { ...edit, time: isoTime(edit.time) };
    default:
      return edit;
  }
}

function newIssuer(name: string, options: MigrateOptions): NextIssuerConfig {
  const { to: hosting, bucket, publicBy, domainName, certificateArn, issuerUrl } = options;
  if (hosting === undefined) throw new Error("no --to");
  return {
    name,
    hosting,
    ...(bucket !== undefined && { bucket }),
    ...(publicBy !== undefined && { publicBy }),
    ...((domainName !== undefined || certificateArn !== undefined) && {
      domain: { name: domainName ?? "", certificateArn: certificateArn ?? "" },
    }),
    ...(issuerUrl !== undefined && { issuerUrl }),
  };
}
