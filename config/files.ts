import { readFileSync, statSync } from "node:fs";
import { isMap, parseAllDocuments } from "yaml";
import { DocumentError, readPublicKeys } from "../modules/documents";
import { SigningKey } from "../modules/issuer";
import { isTokenLike, type Path } from "../modules/validation";
import type { ClusterFiles } from "./cluster-props";
import type { PartReport } from "./report";
import type { ClusterConfig } from "./schema";

const maxBytes = 1024 * 1024;

/** Finds a file that a cluster names at a path: relative to the file that names it. */
export type ResolveFile = (name: string, path: Path) => string;

/** A cluster that names its files by the paths that they are found at. */
export function withAbsoluteFiles(cluster: ClusterConfig, resolveFile: ResolveFile): ClusterConfig {
  const { keys, secret, talos } = cluster;
  const keysWithFiles = keys?.map((key, index) => {
    const { publicKeyFile } = key;
    if (publicKeyFile === undefined) return key;
    const path = ["keys", index, "publicKeyFile"];
    return { ...key, publicKeyFile: resolveFile(publicKeyFile, path) };
  });
  const policyFile = typeof secret === "object" ? secret.policyFile : undefined;
  const path = ["secret", "policyFile"];
  return {
    ...cluster,
    ...(keysWithFiles && { keys: keysWithFiles }),
    ...(typeof secret === "object" && policyFile !== undefined
      ? { secret: { ...secret, policyFile: resolveFile(policyFile, path) } }
      : {}),
    ...(talos?.patchFiles !== undefined && {
      talos: {
        ...talos,
        patchFiles: talos.patchFiles.map((name, index) =>
          resolveFile(name, ["talos", "patchFiles", index]),
        ),
      },
    }),
  };
}

/** Reads the files that a cluster names. */
export async function readFiles(
  cluster: ClusterConfig,
  resolveFile: ResolveFile,
  report: PartReport,
): Promise<ClusterFiles> {
  const read = (name: string, path: Path) => readNamed(name, path, resolveFile, report);
  const keys: SigningKey[] = [];
  for (const [index, key] of (cluster.keys ?? []).entries()) {
    const source = await readKey(key, ["keys", index], read, report);
    if (source !== undefined) keys.push(source);
  }
  const policyFile = typeof cluster.secret === "object" ? cluster.secret.policyFile : undefined;
  return {
    keys: cluster.keys && keys,
    secretPolicy: policyFile && read(policyFile, ["secret", "policyFile"]),
    talosPatches: readPatches(cluster, read, report),
  };
}

/** Patches of machine configurations, each YAML. */
function readPatches(
  { talos }: ClusterConfig,
  read: (name: string, path: Path) => string | undefined,
  report: PartReport,
): string[] | undefined {
  return talos?.patchFiles?.flatMap((name, index) => {
    const path = ["talos", "patchFiles", index];
    const text = read(name, path);
    if (text === undefined) return [];
    if (
      parseAllDocuments(text).some(({ errors, contents }) => errors.length > 0 || !isMap(contents))
    ) {
      report.fault({ path, rule: "must name a file of YAML documents that are maps", given: name });
      return [];
    }
    return [text];
  });
}

type KeyConfig = NonNullable<ClusterConfig["keys"]>[number];

/** @returns undefined for a key that could not be read, which has been reported then */
async function readKey(
  key: KeyConfig,
  at: Path,
  read: (name: string, path: Path) => string | undefined,
  report: PartReport,
): Promise<SigningKey | undefined> {
  const { name, previousName, algorithm, publicKeyRelay, publicKey, publicKeyFile, keyId } = key;
  const source = sourceOf(key);
  for (const option of strayOptions(key, source)) {
    report.add({ path: [...at, option], rule: `must be left out for ${sources[source].what}` });
  }
  if (source === "secret") {
    const { secretId = "", versionId, versionStage } = key;
    return SigningKey.fromSecret(name, {
      secretId,
      versionId,
      versionStage,
      algorithm,
      publicKeyRelay,
    });
  }
  if (source === "made") return SigningKey.generated(name, { algorithm, previousName });
  if (source === "kept") {
    return SigningKey.keptInSecretsManager(name, { algorithm, previousName, publicKeyRelay });
  }
  const path = [...at, publicKeyFile === undefined ? "publicKey" : "publicKeyFile"];
  if (publicKey !== undefined && publicKeyFile !== undefined) {
    report.fault({ path, rule: "must stand alone: give publicKey or publicKeyFile" });
    return undefined;
  }
  const text = publicKey ?? read(publicKeyFile ?? "", path);
  if (text === undefined) return undefined;
  try {
    const publicKeys = await readPublicKeys(text, publicKeyFile ?? "the string", { keyId });
    return SigningKey.fromPublicKeys(name, publicKeys, { keyId });
  } catch (error) {
    if (!(error instanceof DocumentError)) throw error;
    report.fault({ path, rule: `must contain public keys: ${error.message}` });
    return undefined;
  }
}

/** Where keys come from, and the options of each besides the name. */
const sources = {
  made: {
    what: "a key that Terraform makes and keeps in its state",
    options: ["algorithm", "previousName", "keptIn"],
  },
  kept: {
    what: "a key that Terraform keeps in Secrets Manager alone",
    options: ["algorithm", "previousName", "keptIn", "publicKeyRelay"],
  },
  secret: {
    what: "a key that is in a secret already",
    options: ["algorithm", "publicKeyRelay", "secretId", "versionId", "versionStage"],
  },
  public: {
    what: "a public key of your own",
    options: ["publicKey", "publicKeyFile", "keyId"],
  },
} as const;

function sourceOf(key: KeyConfig): keyof typeof sources {
  if (key.publicKey !== undefined || key.publicKeyFile !== undefined) return "public";
  if (key.secretId !== undefined) return "secret";
  return key.keptIn === "secrets-manager" ? "kept" : "made";
}

/** Options that belong to keys from elsewhere. */
function strayOptions(key: KeyConfig, source: keyof typeof sources): string[] {
  const known: readonly string[] = ["name", "signedUntil", ...sources[source].options];
  return Object.keys(key).filter((option) => !known.includes(option));
}

function readNamed(
  name: string,
  path: Path,
  resolveFile: ResolveFile,
  report: PartReport,
): string | undefined {
  const text = readText(resolveFile(name, path), maxBytes);
  if (text === undefined) {
    const rule = "must name a file of at most 1 MiB that can be read, relative to this file";
    report.fault({ path, rule, given: name });
  } else if (isTokenLike(text)) {
    const rule = "must name a file without a token of CDKTF, such as ${TfToken[…]}";
    report.fault({ path, rule });
    return undefined;
  }
  return text;
}

/** @returns undefined for what is not a regular file, is too large or cannot be read */
export function readText(path: string, limit: number): string | undefined {
  try {
    const status = statSync(path);
    if (!status.isFile() || status.size > limit) return undefined;
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}
