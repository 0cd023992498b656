import { lstatSync } from "node:fs";
import { dirname } from "node:path";
import type { ExistingIssuerProps, IrsaIssuerProps } from "../modules/issuer";
import type { TalosProps } from "../modules/talos/machine-config-patch";
import {
  checkBackend,
  checkCluster,
  type CheckedCluster,
  checkRoles,
  checkTalos,
  checkTogether,
} from "./checks";
import { issuerProps, talosProps } from "./cluster-props";
import { ConfigError } from "./config-error";
import { readFiles, readText } from "./files";
import { Problems } from "./problems";
import { type ClusterRole, roleProps } from "./role-props";
import type { FileConfig } from "./schema";
import { checkShape } from "./shape";
import { formatPath, tokenViolations } from "../modules/validation";
import { YamlSource } from "./yaml-source";

/** A cluster, ready to be made a stack of. */
export interface Cluster {
  readonly name: string;
  readonly region: string;
  /** The issuer to make, or the URL of one that AWS trusts already. */
  readonly issuer: IrsaIssuerProps | ExistingIssuerProps;
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
  const { IRSA_CONFIG: named } = environment;
  const file = named ?? "irsa.yaml";
  const there = lstatSync(file, { throwIfNoEntry: false }) !== undefined;
  if (!there && named === undefined) return undefined;
  const text = readText(file);
  if (text !== undefined) return parseConfig(text, file);
  const what = there ? "must be a file of at most 1 MiB that can be read" : "does not exist";
  const message = named === undefined ? what : `${what}; IRSA_CONFIG names it`;
  throw new ConfigError(file === "" ? '""' : file, [{ line: 1, column: 1, path: "", message }]);
}

/**
 * Reads a configuration.
 *
 * @param text YAML
 * @param file how messages name it; files that it names are relative to its directory
 * @throws {ConfigError} everything that is wrong, each with line and column
 */
export async function parseConfig(text: string, file: string): Promise<Config> {
  const source = new YamlSource(text, file);
  refuseTokens(source, file);
  const shape = checkShape(source.value);
  const problems = new Problems(source, shape.problems);
  const checked: CheckedCluster[] = [];
  const clusters: Cluster[] = [];
  for (const [index, cluster] of shape.clusters ?? []) {
    const tell = problems.within("clusters", index);
    const files = await readFiles(cluster, dirname(file), tell);
    const { name, region, tags } = cluster;
    const issuer = issuerProps(cluster, files);
    const talos = talosProps(cluster);
    const roles = cluster.serviceAccountRoles ?? [];
    const serviceAccountRoles = roles.map((role) => roleProps(role, tags));
    checkCluster(cluster, issuer, tell);
    checkTalos(talos, tell);
    checkRoles(serviceAccountRoles, tell);
    clusters.push({ name, region, issuer, talos, serviceAccountRoles });
    checked.push({ cluster, issuer, tell });
  }
  checkTogether(checked);
  const stacks = clusters.map(({ name }) => name);
  checkBackend(shape.backend, stacks, problems.within("backend"));
  if (problems.all.length > 0) throw new ConfigError(file, problems.all);
  return { backend: shape.backend, clusters: shape.clusters && clusters };
}

/** CDKTF would resolve a token wherever it is written, and every check passes over it. */
function refuseTokens(source: YamlSource, file: string): void {
  const problems = tokenViolations(source.value).map(({ path, rule, isAboutKey = false }) => ({
    ...(isAboutKey ? source.locateKey(path) : source.locate(path)),
    path: formatPath(path),
    message: rule,
  }));
  if (problems.length > 0) throw new ConfigError(file, problems);
}
