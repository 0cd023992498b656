import { dirname, resolve } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { defaultKeys } from "../modules/issuer";
import type { Path } from "../modules/validation";
import type { Cluster } from "./cluster-props";
import { ConfigError } from "./config-error";
import { appendItem, deleteMember, EditError, removeItem, setMember } from "./edit-yaml";
import { type Config, type ConfigFile, type ConfigFiles, parseConfigFiles } from "./load";
import { get, isYamlMap, type YamlMap } from "./paths";
import type { ClusterConfig } from "./schema";
import { YamlSource } from "./yaml-source";

type KeyConfig = NonNullable<ClusterConfig["keys"]>[number];

/** A change of a cluster's keys. */
export type KeyEdit =
  | { readonly edit: "add-key"; readonly key: KeyConfig }
  | { readonly edit: "sign-with"; readonly key: string }
  | { readonly edit: "record-signed-until"; readonly key: string; readonly time: string }
  | { readonly edit: "retire-key"; readonly key: string };

/** A file of the configuration with a change, which is not written yet. */
export interface EditedFile extends ConfigFile {
  /** The text as it was. */
  readonly before: string;
}

/** What the change of a step comes to. */
type KeySettings = Pick<ClusterConfig, "keys" | "signingKey" | "retiredKeys">;

/** The keys of a cluster whose configuration names none. */
const unnamedKeys: readonly KeyConfig[] = defaultKeys.map(({ name }) => ({ name }));

/**
 * Changes the keys of one cluster in its file: comments and the order of everything stay. The changed text
 * is loaded again, and must say of this cluster what the change says, and of everything else what it said.
 *
 * @returns the file with its new text; nothing is written
 * @throws {ConfigError} the text cannot be changed so, or violates a rule after the change
 */
export async function editClusterKeys(
  files: ConfigFiles,
  name: string,
  edit: KeyEdit,
): Promise<EditedFile> {
  const place = findCluster(files, name);
  const before = await parseConfigFiles(files);
  const cluster = before.clusters?.find((each) => each.name === name);
  if (cluster === undefined) throw new Error(`no cluster ${name}`);
  try {
    const text = applyEdit(place, cluster.config, edit, files);
    const edited = { file: place.file.file, text, before: place.file.text };
    const after = await parseConfigFiles(withFile(files, edited));
    assertOnlyChanged(before, after, place, name, settingsAfter(cluster.config, edit));
    return edited;
  } catch (error) {
    if (!(error instanceof EditError)) throw error;
    throw refusal(place, error.path, error.rule);
  }
}

/** Where a cluster is written. */
interface Place {
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

function applyEdit(place: Place, config: ClusterConfig, edit: KeyEdit, files: ConfigFiles): string {
  const { root, own } = place;
  const withKeys = withOwnKeys(place, config, files);
  const keys = [...root, "keys"];
  const index = (config.keys ?? unnamedKeys).findIndex(({ name }) => name === edit.key);
  switch (edit.edit) {
    case "add-key":
      return appendItem(withKeys, keys, edit.key);
    case "sign-with": {
      const signing = setMember(withKeys, root, "signingKey", edit.key, ["keys"]);
      return deleteMember(signing, [...keys, index], "signedUntil");
    }
    case "record-signed-until":
      return setMember(withKeys, [...keys, index], "signedUntil", edit.time);
    case "retire-key": {
      const text = removeItem(withKeys, keys, index);
      const { retiredKeys = [] } = config;
      return own.retiredKeys === undefined
        ? setMember(text, root, "retiredKeys", [...retiredKeys, edit.key], ["keys", "signingKey"])
        : appendItem(text, [...root, "retiredKeys"], edit.key);
    }
  }
}

/** The file's text, in which the cluster names its keys itself, rather than by the defaults. */
function withOwnKeys(
  { file, root, own }: Place,
  config: ClusterConfig,
  { main, directory }: ConfigFiles,
): string {
  if (own.keys !== undefined) return file.text;
  const { keys = unnamedKeys } = config;
  const folder = (each: ConfigFile) => dirname(resolve(directory, each.file));
  const hasFiles = keys.some(({ publicKeyFile }) => publicKeyFile !== undefined);
  if (hasFiles && folder(file) !== folder(main)) {
    throw new EditError(
      root,
      "has its keys from the defaults, whose files are relative to another directory: write the keys of this cluster here first",
    );
  }
  const after = ["name", "region", "hosting", "bucket", "publicBy", "domain", "issuerUrl"];
  const inherited = config.keys === undefined ? keys : inheritedKeys(main, directory);
  return setMember(file.text, root, "keys", inherited, after);
}

/** Keys as the defaults have them, with their files by relative paths. */
function inheritedKeys(main: ConfigFile, directory: string): unknown {
  return get(new YamlSource(main.text, main.file, directory).value, ["defaults", "keys"]);
}

/** The keys as they are to be. */
function settingsAfter(
  { keys = [...unnamedKeys], signingKey, retiredKeys }: ClusterConfig,
  edit: KeyEdit,
): KeySettings {
  switch (edit.edit) {
    case "add-key":
      return { keys: [...keys, edit.key], signingKey, retiredKeys };
    case "sign-with":
      return {
        keys: keys.map(({ signedUntil, ...key }) =>
          key.name === edit.key || signedUntil === undefined ? key : { ...key, signedUntil },
        ),
        signingKey: edit.key,
        retiredKeys,
      };
    case "record-signed-until":
      return {
        keys: keys.map((key) => (key.name === edit.key ? { ...key, signedUntil: edit.time } : key)),
        signingKey,
        retiredKeys,
      };
    case "retire-key":
      return {
        keys: keys.filter(({ name }) => name !== edit.key),
        signingKey,
        retiredKeys: [...(retiredKeys ?? []), edit.key],
      };
  }
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
  wanted: KeySettings,
): void {
  const [was, is] = [before, after].map(({ clusters = [] }) =>
    clusters.map(({ config }) => config),
  );
  const expected = was?.map((config) => (config.name === name ? { ...config, ...wanted } : config));
  if (isDeepStrictEqual(is?.map(comparable), expected?.map(comparable))) return;
  throw refusal(
    place,
    place.root,
    "cannot be changed by itself: what it says belongs to others, too; write its keys out first",
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
