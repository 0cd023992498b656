import type { Cluster } from "../../config/cluster-props";
import {
  buildDiscoveryDocument,
  buildObjectKeys,
  type IssuerUrl,
  parseIssuerUrl,
  type PublishedDocuments,
} from "../../modules/documents";
import { findSigningKey, isGiven, knownKeys } from "../../modules/issuer";
import { chooseCluster, readConfiguration } from "../input/configuration";
import type { Action, Host } from "../io/host";
import { UsageError } from "../io/usage-error";
import { reportWritten } from "../output/result";
import { type OutputFile, writeFiles } from "../output/write-files";
import { documentsFromPublicKeys, type PublicKeyOptions } from "./documents-from-public-keys";
import { documentsFromTerraform } from "./documents-from-terraform";
import type { TerraformOptions, OutOptions } from "../input/shared-options";

/** Options of the command. */
export interface DocumentsOptions extends TerraformOptions, OutOptions, PublicKeyOptions {
  readonly config?: string;
  readonly cluster?: string;
}

/** The two documents of an issuer, made of nothing but its URL and public keys. */
type Documents = Pick<PublishedDocuments, "issuer" | "discovery" | "jwks">;

export const documents: Action<DocumentsOptions> = async (options, host) => {
  const { out } = options;
  if (out === undefined) throw new UsageError("--out is missing: the directory to write to");
  const { issuer, discovery, jwks } = await read(options, host);
  const keys = buildObjectKeys();
  const files: Record<string, OutputFile> = {
    [keys.discovery]: { text: JSON.stringify(discovery) },
    [keys.jwks]: { text: jwks },
    ...(isGitHubPages(issuer) && { ".nojekyll": { text: "" } }),
  };
  await reportWritten(writeFiles(host, out, files, options), host, options.json);
  if (isGitHubPages(issuer)) await host.note(noJekyllNote);
};

async function read(options: DocumentsOptions, host: Host): Promise<Documents> {
  const { terraformOutput, issuerUrl, publicKeyFile } = options;
  if (publicKeyFile !== undefined) return documentsFromPublicKeys(options, host);
  if (options.keyId !== undefined) {
    throw new UsageError("--key-id is for keys of --public-key-file: leave it out");
  }
  return terraformOutput === undefined && issuerUrl === undefined
    ? fromCluster(chooseCluster(await readConfiguration(options, host), options.cluster))
    : documentsFromTerraform(options, host);
}

const noJekyllNote =
  "GitHub Pages leaves out names that begin with a dot unless the file .nojekyll lies at the top of what it publishes: keep it there, next to or above these files.";

/** Jekyll, which GitHub Pages runs by default, drops `.well-known`. */
function isGitHubPages({ hostpath }: IssuerUrl): boolean {
  return /^[^/]+\.github\.io(\/|$)/.test(hostpath);
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
  const location = parseIssuerUrl(hosting.issuerUrl ?? "");
  const { url, jwksUri } = location;
  const algorithms = keys.flatMap(({ publicKeys }) => publicKeys.map(({ alg }) => alg));
  const emptyKeyIdFor = emptyKeyId === true ? findSigningKey(keys, signingKey)?.name : undefined;
  return {
    issuer: location,
    discovery: buildDiscoveryDocument({ issuer: url, jwksUri, algorithms }),
    jwks: knownKeys(keys, emptyKeyIdFor).jwks,
  };
}
