import { readFileSync, statSync } from "node:fs";
import { basename, dirname, resolve } from "node:path";
import { Token } from "cdktf";
import { DocumentError, readPublicKeys } from "../modules/documents";
import type { IrsaIssuerProps, KeySource } from "../modules/issuer";
import { issuerViolations } from "../modules/issuer/irsa-issuer";
import { type ExistingIssuer, previousIssuerViolations } from "../modules/issuer/previous-issuers";
import { roleViolations } from "../modules/roles";
import { identifier } from "../modules/terraform";
import {
  type ClusterFiles,
  hostingMismatches,
  issuerProps,
  partsOf,
  placeOf,
  talosPlace,
  talosProps,
} from "./cluster-props";
import { talosViolations, type TalosProps } from "../stacks/talos-patch";
import { ConfigError, type Problem } from "./config-error";
import { type ClusterRole, roleProps } from "./role-props";
import { roleSchema } from "./role-schema";
import { checkShape, shown } from "./shape";
import type { ClusterConfig, FileConfig } from "./schema";
import { type Path, YamlSource } from "./yaml-source";

/** A cluster, ready to be made a stack of. */
export interface Cluster {
  readonly name: string;
  readonly region: string;
  /** The issuer to make, or the URL of one that AWS trusts already. */
  readonly issuer: IrsaIssuerProps | ExistingIssuer;
  /** Undefined for a patch in the form that every Talos up to 1.13 reads. */
  readonly talos: TalosProps | undefined;
  readonly serviceAccountRoles: readonly ClusterRole[];
}

/** What `irsa.yaml` says, checked, with its files read. */
export interface Config {
  readonly backend: FileConfig["backend"];
  /** Undefined for the one stack `irsa` with Terraform variables. */
  readonly clusters: readonly Cluster[] | undefined;
}

const maxFileBytes = 1024 * 1024;
const clusterName = /^[A-Za-z0-9][A-Za-z0-9-]{0,62}$/;

/**
 * Loads `irsa.yaml`, or the file that `IRSA_CONFIG` names.
 *
 * @param environment the process's own, or what stands for it
 * @returns undefined when `IRSA_CONFIG` is not set and there is no `irsa.yaml`
 * @throws {ConfigError} everything that is wrong, each with line and column
 */
export async function loadConfig(
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Promise<Config | undefined> {
  const named = environment.IRSA_CONFIG;
  const file = named ?? "irsa.yaml";
  const text = read(file);
  if (text === undefined && named === undefined) return undefined;
  if (text === undefined) {
    throw new ConfigError(file, [
      {
        line: 1,
        column: 1,
        path: "",
        message: "does not exist or is no file; IRSA_CONFIG names it",
      },
    ]);
  }
  return parseConfig(text, file);
}

/**
 * Reads a configuration.
 *
 * @param text YAML
 * @param file how messages name it; files that it names are relative to its directory
 * @throws {ConfigError} everything that is wrong, each with line and column
 */
export async function parseConfig(text: string, file: string): Promise<Config> {
  const source = new YamlSource(text, basename(file));
  const { problems: shapeProblems, config } = checkShape(source.value);
  const problems: Problem[] = shapeProblems.map(({ path, message, atKey }) => ({
    ...(atKey ? source.locateKey(path) : source.locate(path)),
    path: pathText(path),
    message,
  }));
  const told = new Set(problems.map(({ path }) => path));
  const tell = (path: Path, message: string) => {
    const place = pathText(path);
    if ([...told].some((each) => each !== "" && place.startsWith(each))) return;
    problems.push({ ...source.locate(path), path: place, message });
  };

  const clusters: Cluster[] = [];
  for (const [index, cluster] of (config?.clusters ?? []).entries()) {
    const within = (path: Path): Path => ["clusters", index, ...path];
    const tellWithin = (path: Path, message: string) => {
      tell(within(path), message);
    };
    const files = await readFiles(cluster, dirname(file), tellWithin);
    const { name, region, tags } = cluster;
    const issuer = issuerProps(cluster, files);
    const talos = talosProps(cluster);
    const serviceAccountRoles = (cluster.serviceAccountRoles ?? []).map((role) =>
      roleProps(role, tags),
    );
    checkCluster(cluster, issuer, tellWithin);
    checkRoles(serviceAccountRoles, tellWithin);
    clusters.push({ name, region, issuer, talos, serviceAccountRoles });
  }
  if (config !== undefined) checkTogether(config, clusters, tell);
  if (problems.length > 0) throw new ConfigError(basename(file), problems);
  return { backend: config?.backend, clusters: config?.clusters && clusters };
}

type Tell = (path: Path, message: string) => void;

function checkCluster(
  cluster: ClusterConfig,
  issuer: IrsaIssuerProps | ExistingIssuer,
  tell: Tell,
): void {
  if (!clusterName.test(cluster.name)) {
    tell(["name"], `must be letters, digits and '-', at most 63, got: ${shown(cluster.name)}`);
  }
  for (const { path, message } of hostingMismatches(cluster)) tell(path, message);
  const talos = talosProps(cluster);
  const previous = cluster.previousIssuers?.map(({ url }) => url) ?? [];
  for (const violation of talos === undefined ? [] : talosViolations(talos, previous)) {
    const [, prop = "", message = violation] = /^'([^']+)' (.*)$/s.exec(violation) ?? [];
    tell(talosPlace(prop), message);
  }
  const violations =
    "hosting" in issuer
      ? issuerViolations(issuer)
      : previousIssuerViolations([{ name: "x", ...issuer }]);
  for (const violation of violations) {
    const [, prop = "", message = violation] = /^(\S+) (must .*)$/s.exec(violation) ?? [];
    tell(placeOf(prop, cluster), message);
  }
}

/** Trust policies and ARNs of the issuer are known at apply: Terraform checks their length. */
const unknownIssuer = {
  issuerHostpath: Token.asString({ resolve: () => "" }),
  providerArn: Token.asString({ resolve: () => "" }),
};

function checkRoles(roles: readonly ClusterRole[], tell: Tell): void {
  const names = new Set<string>();
  for (const [index, role] of roles.entries()) {
    const at = (path: Path): Path => ["serviceAccountRoles", index, ...path];
    if (names.has(identifier(role.name))) {
      tell(at(["name"]), `must differ from that of another role, got: ${shown(role.name)}`);
    }
    names.add(identifier(role.name));
    for (const violation of roleViolations({ ...role, issuers: [unknownIssuer] })) {
      const [, prop = "", message = ""] = /^([\w.[\]]+) (.*)$/s.exec(violation) ?? [];
      const [member] = partsOf(prop);
      if (String(member) in roleSchema.shape) tell(at(partsOf(prop)), message);
      else tell(at([]), violation);
    }
  }
}

/** What holds between clusters: no two share a stack, the documents, a bucket to make, or a secret. */
function checkTogether(config: FileConfig, clusters: readonly Cluster[], tell: Tell): void {
  const unique = (what: Path, identity: (cluster: Cluster) => string | undefined) => {
    const seen = new Map<string, string>();
    for (const [index, cluster] of clusters.entries()) {
      const value = identity(cluster);
      if (value === undefined) continue;
      const first = seen.get(value);
      if (first === undefined) seen.set(value, cluster.name);
      else tell(["clusters", index, ...what], `must differ from that of the cluster ${first}`);
    }
  };
  unique(["name"], ({ name }) => name.toLowerCase());
  const hostingOf = ({ issuer }: Cluster) => ("hosting" in issuer ? issuer.hosting : undefined);
  unique(["bucket"], (cluster) => {
    const hosting = hostingOf(cluster);
    return hosting === undefined || hosting.kind === "self-published" || hosting.existing === true
      ? undefined
      : hosting.bucketName;
  });
  unique(["bucket"], (cluster) => {
    const hosting = hostingOf(cluster);
    return hosting !== undefined && hosting.kind !== "self-published" && hosting.existing === true
      ? `${hosting.bucketName}/${hosting.prefix}`
      : undefined;
  });
  unique(["issuerUrl"], (cluster) => {
    const hosting = hostingOf(cluster);
    return hosting?.kind === "self-published" ? hosting.issuerUrl : undefined;
  });
  unique(["secretPrefix"], ({ issuer, region }) =>
    "hosting" in issuer && typeof issuer.secret === "object"
      ? `${region} ${issuer.secret.name}`
      : undefined,
  );
  const shared = ["path", "key", "prefix", "address"].find(
    (argument) => config.backend?.config?.[argument] !== undefined,
  );
  if (shared !== undefined && clusters.length > 1) {
    tell(
      ["backend", "config", shared],
      "must be left out with several clusters, each of which needs a state of its own",
    );
  }
}

async function readFiles(
  cluster: ClusterConfig,
  directory: string,
  tell: Tell,
): Promise<ClusterFiles> {
  const keys: KeySource[] = [];
  for (const [index, { name, algorithm, publicKey, publicKeyFile, signs }] of (
    cluster.keys ?? []
  ).entries()) {
    const own = publicKeyFile === undefined ? "publicKey" : "publicKeyFile";
    const at: Path = ["keys", index, own];
    if (publicKey !== undefined && publicKeyFile !== undefined) {
      tell(at, "must stand alone: give publicKey or publicKeyFile");
    }
    if (algorithm !== undefined && (publicKey ?? publicKeyFile) !== undefined) {
      tell(["keys", index, "algorithm"], "must be left out for a public key of your own");
    }
    if ((publicKey ?? publicKeyFile) === undefined) {
      keys.push({ name, algorithm, signs });
      continue;
    }
    const text =
      publicKeyFile === undefined ? publicKey : readNamed(publicKeyFile, directory, at, tell);
    if (text === undefined) continue;
    try {
      keys.push({
        name,
        publicKeys: await readPublicKeys(text, publicKeyFile ?? "the text"),
        signs,
      });
    } catch (error) {
      if (!(error instanceof DocumentError)) throw error;
      tell(at, `must hold public keys: ${error.message}`);
    }
  }
  const policyFile = typeof cluster.secret === "object" ? cluster.secret.policyFile : undefined;
  const secretPolicy =
    policyFile === undefined
      ? undefined
      : readNamed(policyFile, directory, ["secret", "policyFile"], tell);
  // A key that could not be read is told already: the others are checked as if it were there.
  const complete = keys.length > 0 || cluster.keys?.length === 0;
  return { keys: complete ? keys : undefined, secretPolicy };
}

function readNamed(name: string, directory: string, at: Path, tell: Tell): string | undefined {
  const text = read(resolve(directory, name));
  if (text === undefined) {
    tell(at, `must name a file of at most 1 MiB, relative to this file, got: ${shown(name)}`);
  }
  return text;
}

function read(path: string): string | undefined {
  try {
    const { size } = statSync(path);
    return size > maxFileBytes * 16 ? undefined : readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}

function pathText(path: Path): string {
  return path.reduce<string>(
    (text, part) =>
      typeof part === "number" ? `${text}[${part}]` : text === "" ? part : `${text}.${part}`,
    "",
  );
}
