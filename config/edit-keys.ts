import { dirname, resolve } from "node:path";
import { defaultKeys } from "../modules/issuer";
import { type EditedFile, editCluster, type Place } from "./edit-cluster";
import { appendItem, deleteMember, EditError, removeItem, setMember } from "./edit-yaml";
import type { ConfigFile, ConfigFiles } from "./load";
import { get } from "./paths";
import type { ClusterConfig } from "./schema";
import { YamlSource } from "./yaml-source";

type KeyConfig = NonNullable<ClusterConfig["keys"]>[number];

/** A change of a cluster's keys. */
export type KeyEdit =
  | { readonly edit: "add-key"; readonly key: KeyConfig }
  | { readonly edit: "sign-with"; readonly key: string }
  | { readonly edit: "record-signed-until"; readonly key: string; readonly time: string }
  | { readonly edit: "retire-key"; readonly key: string };

/** What the change of a step comes to. */
type KeySettings = Pick<ClusterConfig, "keys" | "signingKey" | "retiredKeys">;

/** The keys of a cluster whose configuration names none. */
const unnamedKeys: readonly KeyConfig[] = defaultKeys.map(({ name }) => ({ name }));

/**
 * Changes the keys of one cluster in its file.
 *
 * @returns the file with its new text; nothing is written
 * @throws {ConfigError} see {@link editCluster}
 */
export function editClusterKeys(
  files: ConfigFiles,
  name: string,
  edit: KeyEdit,
): Promise<EditedFile> {
  return editCluster(files, name, {
    apply: (place, config) => applyEdit(place, config, edit, files),
    after: (config) => settingsAfter(config, edit),
  });
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
