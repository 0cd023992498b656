import type { Cluster } from "../../config/cluster-props";
import { isGiven, type SigningKey } from "../../modules/issuer";
import type { RotatingKey } from "../../modules/rotation";
import type { Host } from "../io/host";
import { UsageError } from "../io/usage-error";
import type { Mistakes } from "./mistakes";
import { readOutputsOf, type StackOutputOptions, whereApplied } from "./stack-outputs";

const isTexts = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((one) => typeof one === "string");

/**
 * The keys of a cluster with the `kid` of each: known of public keys of its owner's, and from the output
 * `key_ids` of its stack of keys that Terraform makes. Outputs of another configuration than the present one,
 * such as before an apply, say nothing.
 */
export async function readRotatingKeys(
  keys: readonly SigningKey[],
  cluster: Cluster,
  options: StackOutputOptions,
  host: Host,
  mistakes: Mistakes,
): Promise<RotatingKey[]> {
  const { config } = cluster;
  const isNeeded = options.terraformOutput !== undefined || !keys.every(isGiven);
  const what = "The kid of keys that Terraform makes";
  const keyIds = isNeeded
    ? await whereApplied(readKeyIds(cluster, options, host), what, options, host, mistakes)
    : undefined;
  const published = publishedKeyIds(keys, keyIds ?? []);
  return keys.map((key) => {
    const { signedUntil } = config.keys?.find(({ name }) => name === key.name) ?? {};
    const ids = isGiven(key) ? key.publicKeys.map(({ kid }) => kid) : published?.get(key.name);
    return {
      name: key.name,
      ...(ids !== undefined && { keyIds: ids }),
      ...(signedUntil !== undefined && { signedUntil: new Date(signedUntil) }),
    };
  });
}

async function readKeyIds(
  cluster: Cluster,
  options: StackOutputOptions,
  host: Host,
): Promise<readonly string[]> {
  const { values } = await readOutputsOf(cluster, { outputs: ["key_ids"] }, options, host);
  const keyIds = values.get("key_ids");
  if (isTexts(keyIds)) return keyIds;
  throw new UsageError("Terraform's output key_ids is missing: apply the stack first");
}

/** The `kid` of each key by its name; undefined for outputs of other keys than these. */
function publishedKeyIds(
  keys: readonly SigningKey[],
  keyIds: readonly string[],
): ReadonlyMap<string, readonly string[]> | undefined {
  let at = 0;
  const byName = new Map(
    keys.map((key) => {
      const count = isGiven(key) ? key.publicKeys.length : 1;
      const ids = keyIds.slice(at, at + count);
      at += count;
      return [key.name, ids] as const;
    }),
  );
  const isOfThese = keys
    .filter(isGiven)
    .every(({ name, publicKeys }) =>
      publicKeys.every(({ kid }, index) => byName.get(name)?.[index] === kid),
    );
  return at === keyIds.length && isOfThese ? byName : undefined;
}
