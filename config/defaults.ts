import type { Path } from "../modules/validation";
import { distributionNames, isDistribution } from "./distribution-names";
import { isGoingWith, type HostingKind } from "./hosting-settings";
import { isYamlMap, type YamlMap } from "./paths";

/**
 * A cluster with what `defaults` adds to it: its own values come first, maps are merged key by key,
 * lists and all else are replaced. A default that does not go with the cluster's hosting, its distribution or
 * its own keys is left out.
 */
export function withDefaults(own: YamlMap, defaults: YamlMap): YamlMap {
  const applying = Object.entries(defaults).filter(
    ([name]) => Object.hasOwn(own, name) || isApplying(name, own, defaults),
  );
  return merged(own, Object.fromEntries(applying));
}

/** Whether a value of a cluster comes from the defaults. */
export function isInherited(own: unknown, defaults: unknown, path: Path): boolean {
  const [first, ...rest] = path;
  if (first === undefined || !isYamlMap(own) || !isYamlMap(defaults)) return false;
  if (!Object.hasOwn(own, first)) return Object.hasOwn(defaults, first);
  return isInherited(own[first], defaults[first], rest);
}

function merged(own: YamlMap, defaults: YamlMap): YamlMap {
  const names = new Set([...Object.keys(defaults), ...Object.keys(own)]);
  return Object.fromEntries(
    [...names].map((name) => {
      const [mine, shared] = [own[name], defaults[name]];
      if (!Object.hasOwn(own, name)) return [name, shared];
      return [name, isYamlMap(mine) && isYamlMap(shared) ? merged(mine, shared) : mine];
    }),
  );
}

function isApplying(name: string, own: YamlMap, defaults: YamlMap): boolean {
  const hosting = (own.hosting ?? defaults.hosting ?? "s3") as HostingKind;
  if (!isGoingWith(name, hosting)) return false;
  // A cluster runs what it says itself.
  if (isDistribution(name) && distributionNames.some((each) => Object.hasOwn(own, each))) {
    return false;
  }
  const isSecret = name === "secret" || name === "secretPrefix";
  return !(isSecret && isSigningKeyBrought(own, defaults));
}

/** Whether the private half of the signing key stays with its owner, so that no secret is made. */
function isSigningKeyBrought(own: YamlMap, defaults: YamlMap): boolean {
  const keys = own.keys ?? defaults.keys;
  const signingKey = own.signingKey ?? defaults.signingKey;
  if (!Array.isArray(keys)) return false;
  const maps = keys.filter(isYamlMap);
  const isBrought = (key: YamlMap) =>
    "publicKey" in key || "publicKeyFile" in key || "secretId" in key;
  // Each of them has a secret below the cluster's.
  if (maps.some((key) => key.keptIn === "secrets-manager")) return false;
  return signingKey === undefined
    ? maps.length > 0 && maps.every(isBrought)
    : maps.some((key) => key.name === signingKey && isBrought(key));
}
