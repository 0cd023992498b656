import { relative, resolve } from "node:path";
import type { Cluster } from "../../config/cluster-props";
import { loadConfig } from "../../config/load";
import {
  buildDiscoveryDocument,
  buildObjectKeys,
  type IssuerUrl,
  parseIssuerUrl,
} from "../../modules/documents";
import { findSigningKey, isGiven, knownKeys } from "../../modules/issuer";
import type { Action, Host } from "../io/host";
import { UsageError } from "../io/usage-error";
import { reportWritten } from "../output/result";
import { type OutputFile, writeFiles } from "../output/write-files";
import { type Documents, documentsFromTerraform } from "./documents-from-terraform";
import type { TerraformOptions, OutOptions } from "../input/shared-options";

/** Options of the command. */
export interface DocumentsOptions extends TerraformOptions, OutOptions {
  readonly config?: string;
  readonly cluster?: string;
  readonly issuerUrl?: string;
}

export const documents: Action<DocumentsOptions> = async (options, host) => {
  const { out, terraformOutput, issuerUrl } = options;
  if (out === undefined) throw new UsageError("--out is missing: the directory to write to");
  const { issuer, algorithms, jwks } =
    terraformOutput === undefined && issuerUrl === undefined
      ? fromCluster(await chosenCluster(options, host))
      : await documentsFromTerraform(options, host);
  const { url, jwksUri } = issuer;
  const keys = buildObjectKeys();
  const discovery = buildDiscoveryDocument({ issuer: url, jwksUri, algorithms });
  const files: Record<string, OutputFile> = {
    [keys.discovery]: { text: JSON.stringify(discovery) },
    [keys.jwks]: { text: jwks },
    ...(isGitHubPages(issuer) && { ".nojekyll": { text: "" } }),
  };
  await reportWritten(writeFiles(host, out, files, options), host, options.json);
  if (isGitHubPages(issuer)) await host.note(noJekyllNote);
};

const noJekyllNote =
  "GitHub Pages leaves out names that begin with a dot unless the file .nojekyll lies at the top of what it publishes: keep it there, next to or above these files.";

/** Jekyll, which GitHub Pages runs by default, drops `.well-known`. */
function isGitHubPages({ hostpath }: IssuerUrl): boolean {
  return /^[^/]+\.github\.io(\/|$)/.test(hostpath);
}

async function chosenCluster(
  { config, cluster: name }: DocumentsOptions,
  host: Host,
): Promise<Cluster> {
  const { IRSA_CONFIG } = host.io.env;
  const path = resolve(host.io.cwd, config ?? IRSA_CONFIG ?? "irsa.yaml");
  const file = relative(process.cwd(), path);
  const ofEnvironment = IRSA_CONFIG === undefined ? undefined : "IRSA_CONFIG";
  const by = config === undefined ? ofEnvironment : "--config";
  const clusters = (await loadConfig({ file, by }))?.clusters;
  if (clusters === undefined) {
    throw new UsageError("there is no irsa.yaml with clusters; name one with --config");
  }
  const names = clusters.map((cluster) => cluster.name).join(", ");
  const [only, ...others] =
    name === undefined ? clusters : clusters.filter((cluster) => cluster.name === name);
  if (only === undefined) throw new UsageError(`--cluster must be one of ${names}`);
  if (others.length > 0) throw new UsageError(`choose one with --cluster: ${names}`);
  return only;
}

function fromCluster({ name, issuer }: Cluster): Documents {
  if (!("hosting" in issuer) || issuer.hosting.kind !== "self-published") {
    throw new UsageError(
      `the documents of ${name} are not yours to write: only those with hosting: self-published are`,
    );
  }
  const { hosting, keys = [], signingKey, emptyKeyId } = issuer;
  if (keys.length === 0 || !keys.every(isGiven)) {
    throw new UsageError(
      `Terraform makes a key of ${name}: apply, then give --terraform-output what \`terraform output -json jwks\` prints, with --issuer-url`,
    );
  }
  return {
    issuer: parseIssuerUrl(hosting.issuerUrl ?? ""),
    algorithms: keys.flatMap(({ publicKeys }) => publicKeys.map(({ alg }) => alg)),
    jwks: knownKeys(keys, emptyKeyId === true ? findSigningKey(keys, signingKey)?.name : undefined)
      .jwks,
  };
}
