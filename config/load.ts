import { lstatSync, readdirSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { under } from "../modules/validation";
import { backendViolations } from "../stacks/backend";
import { checkTogether } from "./checks-together";
import { type CheckedCluster, type ClusterSource, readCluster } from "./cluster";
import type { Cluster } from "./cluster-props";
import { ConfigError } from "./config-error";
import { readText } from "./files";
import { isYamlMap } from "./paths";
import { type PartReport, Report } from "./report";
import { type BackendConfig, defaultsSchema, fileSchema } from "./schema";
import { checkShape } from "./shape";
import { withoutTokens } from "./tokens";
import { YamlSource } from "./yaml-source";

/** What `irsa.yaml` and `clusters/*.yaml` say, checked, with their files read. */
export interface Config {
  /** Of the stack `irsa`; clusters have their own. */
  readonly backend: BackendConfig | undefined;
  /** Undefined for the one stack `irsa` with Terraform variables. */
  readonly clusters: readonly Cluster[] | undefined;
}

/** A file of the configuration. */
export interface ConfigFile {
  /** How messages name it; files that it names are relative to its directory. */
  readonly file: string;
  /** YAML. */
  readonly text: string;
}

/** The configuration's main file. */
export interface MainFile {
  /** As messages name it. */
  readonly file: string;
  /**
   * What a relative name starts at.
   * @default - the working directory
   */
  readonly directory?: string;
  /** What names it: `IRSA_CONFIG` or `--config`; without a name it may be missing. */
  readonly by?: string;
}

const maxBytes = 16 * 1024 * 1024;

/**
 * Loads the configuration's main file and `clusters/*.yaml` beside it.
 *
 * @param main what `IRSA_CONFIG` names, else `irsa.yaml`, unless another is given
 * @returns undefined when nothing is named and there is neither the main file nor a cluster's
 * @throws {ConfigError} everything that is wrong, each with file, line and column
 */
export async function loadConfig(main: MainFile = mainFile()): Promise<Config | undefined> {
  const files = readConfigFiles(main);
  return files && parseConfigFiles(files);
}

/** The files of a configuration. */
export interface ConfigFiles {
  readonly main: ConfigFile;
  /** Each of one cluster. */
  readonly clusters: readonly ConfigFile[];
  /** What relative names of these files start at. */
  readonly directory: string;
}

/**
 * Reads the files of a configuration, and nothing that they name.
 *
 * @returns undefined when nothing is named and there is neither the main file nor a cluster's
 * @throws {ConfigError} a file cannot be read
 */
export function readConfigFiles(main: MainFile): ConfigFiles | undefined {
  const { file, by, directory = "." } = main;
  const isWanted = by !== undefined || exists(resolve(directory, file));
  const text = isWanted ? readOrRefuse(main) : "{}";
  const clusters = clusterFiles(directory, dirname(file));
  if (!isWanted && clusters.length === 0) return undefined;
  return { main: { file, text }, clusters, directory };
}

/** {@link parseConfig} for all files of a configuration. */
export function parseConfigFiles({ main, clusters, directory }: ConfigFiles): Promise<Config> {
  return parseConfig(main.text, main.file, clusters, directory);
}

function mainFile(): MainFile {
  const { IRSA_CONFIG: file } = process.env;
  return file === undefined ? { file: "irsa.yaml" } : { file, by: "IRSA_CONFIG" };
}

function exists(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}

/** The files in the `clusters/` beside the main file, in the order of their names. */
function clusterFiles(directory: string, beside: string): ConfigFile[] {
  const folder = join(beside, "clusters");
  const path = resolve(directory, folder);
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() !== true) return [];
  return readdirSync(path)
    .filter((name) => /\.ya?ml$/.test(name))
    .sort()
    .map((name) => join(folder, name))
    .map((file) => ({ file, text: readOrRefuse({ file, directory }) }));
}

function readOrRefuse({ file, by, directory = "." }: MainFile): string {
  const path = resolve(directory, file);
  const text = file === "" ? undefined : readText(path, maxBytes);
  if (text !== undefined) return text;
  const what =
    exists(path) && file !== ""
      ? "must be a file of at most 16 MiB that can be read"
      : "does not exist";
  const rule = by === undefined ? what : `${what}; ${by} names it`;
  throw new ConfigError([{ file: file === "" ? '""' : file, line: 1, column: 1, path: [], rule }]);
}

/**
 * Reads a configuration.
 *
 * @param text YAML
 * @param file how messages name it; files that it names are relative to its directory
 * @param clusterFiles further files, each of one cluster
 * @param directory what relative names of these files start at
 * @throws {ConfigError} everything that is wrong, each with file, line and column
 */
export async function parseConfig(
  text: string,
  file: string,
  clusterFiles: readonly ConfigFile[] = [],
  directory = ".",
): Promise<Config> {
  const report = new Report();
  const source = new YamlSource(text, file, directory);
  const inClusters = clusterFiles.map((each) => new YamlSource(each.text, each.file, directory));
  const top = report.part((path, isAboutKey) => ({ ...source.place(path, isAboutKey), path }));
  const { backend, clusters, defaults } = readTop(source, top);
  const sources: ClusterSource[] = [
    ...(clusters ?? []).map((_, index) => ({ source, root: ["clusters", index] })),
    ...inClusters.map((each) => ({ source: each, root: [] })),
  ];
  const read: CheckedCluster[] = [];
  for (const each of sources) {
    const cluster = await readCluster(each, { source, ...defaults }, backend, report);
    if (cluster !== undefined) read.push(cluster);
  }
  checkTogether(read);
  report.assertNone();
  const isOneStack = clusters === undefined && inClusters.length === 0;
  return { backend, clusters: isOneStack ? undefined : read.map(({ cluster }) => cluster) };
}

/** Reads everything except for the clusters. */
function readTop(source: YamlSource, report: PartReport) {
  const { clusters, ...rest } = isYamlMap(source.value) ? source.value : {};
  const isMap = isYamlMap(source.value);
  const { value, violations } = withoutTokens(isMap ? rest : source.value);
  report.fault(...violations);
  const whole = isYamlMap(value) && clusters !== undefined ? { ...value, clusters } : value;
  const file = checkShape(fileSchema, whole);
  report.fault(...(whole === null ? [{ path: [], rule: "must not be empty" }] : file.violations));
  const { backend, defaults = {} } = file.value ?? {};
  if (backend !== undefined) report.add(...under(["backend"], backendViolations(backend)));
  const { value: mended = {}, violations: ofDefaults } = checkShape(defaultsSchema, defaults);
  report.fault(...under(["defaults"], ofDefaults));
  const names = Object.keys(isYamlMap(rest.defaults) ? rest.defaults : {});
  const faulty = names.filter((name) => report.isAtFault(["defaults", name]));
  const sound = Object.entries(mended).filter(([name]) => !faulty.includes(name));
  return {
    backend,
    clusters: Array.isArray(clusters) ? (clusters as readonly unknown[]) : undefined,
    defaults: { value: Object.fromEntries(sound), faulty },
  };
}
