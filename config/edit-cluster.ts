import { isDeepStrictEqual } from "node:util";
import type { Path } from "../modules/validation";
import type { Cluster } from "./cluster-props";
import { ConfigError } from "./config-error";
import { EditError } from "./edit-yaml";
import { type Config, type ConfigFile, type ConfigFiles, parseConfigFiles } from "./load";
import { get, isYamlMap, type YamlMap } from "./paths";
import type { ClusterConfig } from "./schema";
import { YamlSource } from "./yaml-source";

/** A file of the configuration with a change, which is not written yet. */
export interface EditedFile extends ConfigFile {
  /** The text as it was. */
  readonly before: string;
}

/** A change of one cluster. */
export interface ClusterChange {
  /**
   * The text of the cluster's file with the change.
   *
   * @throws {EditError} the text cannot be changed so
   */
  readonly apply: (place: Place, config: ClusterConfig, files: ConfigFiles) => string;
  /** What the cluster says after it, as far as that differs. */
  readonly after: (config: ClusterConfig) => Partial<ClusterConfig>;
}

/**
 * Changes one cluster in its file: comments and the order of everything stay. The changed text is loaded
 * again, and must say of this cluster what the change says, and of everything else what it said.
 *
 * @returns the file with its new text; nothing is written
 * @throws {ConfigError} the text cannot be changed so, or violates a rule after the change
 */
export async function editCluster(
  files: ConfigFiles,
  name: string,
  { apply, after }: ClusterChange,
): Promise<EditedFile> {
  const place = findCluster(files, name);
  const before = await parseConfigFiles(files);
  const cluster = before.clusters?.find((each) => each.name === name);
  if (cluster === undefined) throw new Error(`no cluster ${name}`);
  try {
    const text = apply(place, cluster.config, files);
    const edited = { file: place.file.file, text, before: place.file.text };
    const changed = await parseConfigFiles(withFile(files, edited));
    assertOnlyChanged(before, changed, place, name, after(cluster.config));
    return edited;
  } catch (error) {
    if (!(error instanceof EditError)) throw error;
    throw refusal(place, error.path, error.rule);
  }
}

/** Where a cluster is written. */
export interface Place {
  readonly file: ConfigFile;
  readonly root: Path;
  readonly own: YamlMap;
}

/**
 * The file that a cluster is written in.
 *
 * @param name of a cluster of these files
 */
export function findClusterFile(files: ConfigFiles, name: string): ConfigFile {
  return findCluster(files, name).file;
}

function findCluster({ main, clusters, directory }: ConfigFiles, name: string): Place {
  const candidates = [main, ...clusters].flatMap((file): Place[] => {
    const { value } = new YamlSource(file.text, file.file, directory);
    const roots: Path[] =
      file === main ? asList(get(value, ["clusters"])).map((_, at) => ["clusters", at]) : [[]];
    return roots.flatMap((root) => {
      const own = get(value, root);
      return isYamlMap(own) && own.name === name ? [{ file, root, own }] : [];
    });
  });
  const [place] = candidates;
  if (place === undefined) throw new Error(`no cluster ${name}`);
  return place;
}

function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** The configuration with another text of one file. */
function withFile(files: ConfigFiles, { file, text }: ConfigFile): ConfigFiles {
  const replace = (each: ConfigFile) => (each.file === file ? { file, text } : each);
  return { ...files, main: replace(files.main), clusters: files.clusters.map(replace) };
}

function assertOnlyChanged(
  before: Config,
  after: Config,
  place: Place,
  name: string,
  wanted: Partial<ClusterConfig>,
): void {
  const [was, is] = [before, after].map(({ clusters = [] }) =>
    clusters.map(({ config }) => config),
  );
  const expected = was?.map((config) => (config.name === name ? { ...config, ...wanted } : config));
  if (isDeepStrictEqual(is?.map(comparable), expected?.map(comparable))) return;
  throw refusal(
    place,
    place.root,
    "cannot be changed by itself: what it says belongs to others, too; write out first what it shares",
  );
}

/** Without members that are undefined, and without the directories of files. */
function comparable(config: Cluster["config"]): unknown {
  const text = JSON.stringify(config, (name, value: unknown) =>
    name === "publicKeyFile" && typeof value === "string" ? value.split("/").at(-1) : value,
  );
  return JSON.parse(text);
}

function refusal({ file }: Place, path: Path, rule: string): ConfigError {
  const place = new YamlSource(file.text, file.file).place(path, false);
  return new ConfigError([{ ...place, path, rule }]);
}
