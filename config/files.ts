import { readFileSync, statSync } from "node:fs";
import { resolve } from "node:path";
import { DocumentError, readPublicKeys } from "../modules/documents";
import { SigningKey } from "../modules/issuer";
import { isTokenLike, formatValue } from "../modules/validation";
import type { ClusterFiles } from "./cluster-props";
import type { Tell } from "./problems";
import type { ClusterConfig } from "./schema";
import type { Path } from "./yaml-source";

const maxBytes = 1024 * 1024;

/** Reads the files that a cluster names. */
export async function readFiles(
  cluster: ClusterConfig,
  directory: string,
  tell: Tell,
): Promise<ClusterFiles> {
  const keys: SigningKey[] = [];
  for (const [index, key] of (cluster.keys ?? []).entries()) {
    const source = await readKey(key, directory, ["keys", index], tell);
    if (source !== undefined) keys.push(source);
  }
  const policyFile = typeof cluster.secret === "object" ? cluster.secret.policyFile : undefined;
  const secretPolicy =
    policyFile === undefined
      ? undefined
      : readNamed(policyFile, directory, ["secret", "policyFile"], tell);
  return { keys: cluster.keys && keys, secretPolicy };
}

type KeyConfig = NonNullable<ClusterConfig["keys"]>[number];

/** @returns undefined for a key that could not be read, which has been told then */
async function readKey(
  { name, previousName, algorithm, publicKey, publicKeyFile }: KeyConfig,
  directory: string,
  at: Path,
  tell: Tell,
): Promise<SigningKey | undefined> {
  if (publicKey === undefined && publicKeyFile === undefined)
    return SigningKey.generated(name, { algorithm, previousName });
  const own: Path = [...at, publicKeyFile === undefined ? "publicKey" : "publicKeyFile"];
  if (algorithm !== undefined) {
    tell.broken([...at, "algorithm"], "must be left out for a public key of your own");
  }
  if (previousName !== undefined) {
    tell.broken([...at, "previousName"], "must be left out for a public key of your own");
  }
  if (publicKey !== undefined && publicKeyFile !== undefined) {
    tell.atFault(own, "must stand alone: give publicKey or publicKeyFile");
    return undefined;
  }
  const text = publicKey ?? readNamed(publicKeyFile ?? "", directory, own, tell);
  if (text === undefined) return undefined;
  try {
    const publicKeys = await readPublicKeys(text, publicKeyFile ?? "the text");
    return SigningKey.fromPublicKeys(name, publicKeys);
  } catch (error) {
    if (!(error instanceof DocumentError)) throw error;
    tell.atFault(own, `must hold public keys: ${error.message}`);
    return undefined;
  }
}

function readNamed(name: string, directory: string, at: Path, tell: Tell): string | undefined {
  const text = readText(resolve(directory, name));
  if (text === undefined) {
    tell.atFault(
      at,
      `must name a file of at most 1 MiB, relative to this file, got: ${formatValue(name)}`,
    );
  }
  if (text !== undefined && isTokenLike(text)) {
    tell.atFault(at, "must name a file without a token of CDKTF, such as ${TfToken[…]}");
    return undefined;
  }
  return text;
}

/** @returns undefined for what is no file, is too large or cannot be read */
export function readText(path: string): string | undefined {
  try {
    const status = statSync(path);
    if (!status.isFile() || status.size > maxBytes) return undefined;
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}
