import type { Cluster } from "../../config/cluster-props";
import { isGiven, type SigningKey } from "../../modules/issuer";
import type { RotatingKey } from "../../modules/rotation";
import type { Host } from "../io/host";
import { UsageError } from "../io/usage-error";
import type { Mistakes } from "./mistakes";
import { readOutputsOf, type StackOutputOptions } from "./stack-outputs";

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
  const keyIds = isNeeded ? await readKeyIds(cluster, options, host, mistakes) : undefined;
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

/** A file of outputs that is named is needed; a stack that is not applied yet is no mistake. */
async function readKeyIds(
  cluster: Cluster,
  options: StackOutputOptions,
  host: Host,
  mistakes: Mistakes,
): Promise<readonly string[] | undefined> {
  try {
    const { values } = await readOutputsOf(cluster, { outputs: ["key_ids"] }, options, host);
    const keyIds = values.get("key_ids");
    if (isTexts(keyIds)) return keyIds;
    throw new UsageError("Terraform's output key_ids is missing: apply the stack first");
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    if (options.terraformOutput !== undefined) mistakes.add(error.message);
    else await host.note(`The kid of keys that Terraform makes is not known: ${error.message}`);
    return undefined;
  }
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
