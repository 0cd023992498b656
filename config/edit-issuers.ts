import { defaultIssuerName } from "../modules/issuer";
import type { Path } from "../modules/validation";
import { type EditedFile, editCluster, type Place } from "./edit-cluster";
import { appendItem, deleteMember, EditError, removeItem, setMember } from "./edit-yaml";
import { isGoingWith, placeSettings } from "./hosting-settings";
import type { ConfigFiles } from "./load";
import { get, isYamlMap } from "./paths";
import type { ClusterConfig, NextIssuerConfig } from "./schema";
import { YamlSource } from "./yaml-source";

/** A change of a cluster's issuers. */
export type IssuerEdit =
  | { readonly edit: "add-issuer"; readonly issuer: NextIssuerConfig }
  | { readonly edit: "sign-as"; readonly issuer: string }
  | { readonly edit: "record-issuer-until"; readonly issuer: string; readonly time: string }
  | { readonly edit: "retire-issuer"; readonly issuer: string };

type PreviousIssuerConfig = NonNullable<ClusterConfig["previousIssuers"]>[number];

/** What the change of a step comes to. */
type IssuerSettings = Partial<
  Pick<
    ClusterConfig,
    (typeof ownSettings)[number] | "nextIssuer" | "previousIssuers" | "retiredIssuers"
  >
>;

/** What says of the cluster itself which issuer signs. */
const ownSettings = ["hosting", ...placeSettings, "issuerName"] as const;

/**
 * Changes the issuers of one cluster in its file.
 *
 * @returns the file with its new text; nothing is written
 * @throws {ConfigError} see {@link editCluster}
 */
export function editClusterIssuers(
  files: ConfigFiles,
  name: string,
  edit: IssuerEdit,
): Promise<EditedFile> {
  const change =
    edit.edit === "add-issuer" ? { ...edit, issuer: withShared(edit.issuer, files) } : edit;
  return editCluster(files, name, {
    apply: (place, config) => applyEdit(place, config, change),
    after: (config) => settingsAfter(config, change),
  });
}

/** An issuer with what clusters share: it would have that if it signed. */
function withShared(issuer: NextIssuerConfig, { main, directory }: ConfigFiles): NextIssuerConfig {
  const defaults = get(new YamlSource(main.text, main.file, directory).value, ["defaults"]);
  if (!isYamlMap(defaults)) return issuer;
  const shared = (["publicBy", "priceClass"] as const).filter(
    (setting) => defaults[setting] !== undefined && isGoingWith(setting, issuer.hosting),
  );
  return {
    ...Object.fromEntries(shared.map((setting) => [setting, defaults[setting]])),
    ...issuer,
  };
}

function applyEdit(place: Place, config: ClusterConfig, edit: IssuerEdit): string {
  const { file, root, own } = place;
  switch (edit.edit) {
    case "add-issuer":
      return setMember(file.text, root, "nextIssuer", edit.issuer, ownSettings);
    case "sign-as":
      return signAs(place, config, edit.issuer);
    case "record-issuer-until": {
      const at = [...root, "previousIssuers", indexOf(config, edit.issuer, root)];
      return setMember(file.text, at, "signedUntil", edit.time);
    }
    case "retire-issuer": {
      const { previousIssuers = [], retiredIssuers = [] } = config;
      const index = indexOf(config, edit.issuer, root);
      const text =
        previousIssuers.length === 1
          ? deleteMember(file.text, root, "previousIssuers")
          : removeItem(file.text, [...root, "previousIssuers"], index);
      if (previousIssuers[index]?.hosting === undefined) return text;
      return own.retiredIssuers === undefined
        ? setMember(
            text,
            root,
            "retiredIssuers",
            [...retiredIssuers, edit.issuer],
            [...ownSettings, "previousIssuers"],
          )
        : appendItem(text, [...root, "retiredIssuers"], edit.issuer);
    }
  }
}

/** The issuer takes the place of the one that signs, which becomes a previous one. */
function signAs({ file, root, own }: Place, config: ClusterConfig, name: string): string {
  const { issuer, previous } = promoted(config, name);
  const wanted = settingsOf(issuer);
  const listed = [...root, "previousIssuers"];
  let text =
    own.previousIssuers === undefined
      ? setMember(file.text, root, "previousIssuers", previous, ownSettings)
      : appendItem(file.text, listed, previous.at(-1));
  text =
    config.nextIssuer?.name === name
      ? deleteMember(text, root, "nextIssuer")
      : removeItem(text, listed, indexOf(config, name, root));
  ownSettings.forEach((setting, at) => {
    const value = wanted[setting];
    const isReplaced = !isScalar(value) || !isScalar(own[setting]);
    if (value === undefined || isReplaced) text = deleteMember(text, root, setting);
    if (value === undefined) return;
    text = setMember(text, root, setting, value, ["name", "region", ...ownSettings.slice(0, at)]);
  });
  return text;
}

function isScalar(value: unknown): boolean {
  return typeof value !== "object";
}

/** The issuers of a cluster that is to sign as another one of them. */
function promoted(
  config: ClusterConfig,
  name: string,
): { readonly issuer: NextIssuerConfig; readonly previous: readonly PreviousIssuerConfig[] } {
  const { nextIssuer, previousIssuers = [], hosting = "s3", issuerName } = config;
  const chosen =
    nextIssuer?.name === name ? nextIssuer : previousIssuers.find((each) => each.name === name);
  if (chosen?.hosting === undefined || hosting === "existing") throw new Error(`no issuer ${name}`);
  const places = placeSettings.filter((setting) => config[setting] !== undefined);
  const present: PreviousIssuerConfig = {
    name: issuerName ?? defaultIssuerName,
    hosting,
    ...Object.fromEntries(places.map((setting) => [setting, config[setting]])),
  };
  return {
    issuer: { ...chosen, hosting: chosen.hosting },
    previous: [...previousIssuers.filter((each) => each !== chosen), present],
  };
}

/** What a cluster says of itself that signs as an issuer. */
function settingsOf({
  name,
  hosting,
  ...issuer
}: NextIssuerConfig): Pick<ClusterConfig, (typeof ownSettings)[number]> {
  const places = placeSettings.map((setting) => [setting, issuer[setting]]);
  return {
    ...(Object.fromEntries(places) as Pick<ClusterConfig, (typeof placeSettings)[number]>),
    hosting,
    issuerName: name === defaultIssuerName ? undefined : name,
  };
}

function settingsAfter(config: ClusterConfig, edit: IssuerEdit): IssuerSettings {
  const { previousIssuers = [], retiredIssuers = [] } = config;
  switch (edit.edit) {
    case "add-issuer":
      return { nextIssuer: edit.issuer };
    case "sign-as": {
      const { issuer, previous } = promoted(config, edit.issuer);
      const isNext = config.nextIssuer?.name === edit.issuer;
      return {
        ...settingsOf(issuer),
        ...(isNext && { nextIssuer: undefined }),
        previousIssuers: [...previous],
      };
    }
    case "record-issuer-until":
      return {
        previousIssuers: previousIssuers.map((each) =>
          each.name === edit.issuer ? { ...each, signedUntil: edit.time } : each,
        ),
      };
    case "retire-issuer": {
      const left = previousIssuers.filter(({ name }) => name !== edit.issuer);
      const retired = previousIssuers.find(({ name }) => name === edit.issuer);
      return {
        previousIssuers: left.length === 0 ? undefined : left,
        ...(retired?.hosting !== undefined && { retiredIssuers: [...retiredIssuers, edit.issuer] }),
      };
    }
  }
}

function indexOf({ previousIssuers = [] }: ClusterConfig, name: string, root: Path): number {
  const index = previousIssuers.findIndex((each) => each.name === name);
  if (index === -1) throw new EditError(root, `has no previous issuer ${name}`);
  return index;
}
