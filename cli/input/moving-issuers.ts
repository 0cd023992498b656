import type { Cluster } from "../../config/cluster-props";
import { defaultIssuerName, defaultKeys, isGiven } from "../../modules/issuer";
import type { MovingIssuer } from "../../modules/rotation";
import type { Host } from "../io/host";
import type { Mistakes } from "./mistakes";
import {
  readStackOutputs,
  type StackOutputOptions,
  type StackOutputs,
  whereApplied,
} from "./stack-outputs";

/** A cluster's issuers by the configuration and, where that does not say it, by Terraform's outputs. */
export interface MovingIssuers {
  readonly signing: MovingIssuer;
  readonly next?: MovingIssuer;
  readonly previous: readonly MovingIssuer[];
  /** The `kid` of each key. @default - not known */
  readonly keyIds?: readonly string[];
  /** The URLs that roles trust. @default - the stack is not applied yet */
  readonly trustedIssuers?: readonly string[];
}

/** Reads the issuers of a cluster. A stack that is not applied yet is no mistake. */
export async function readMovingIssuers(
  cluster: Cluster,
  options: StackOutputOptions,
  host: Host,
  mistakes: Mistakes,
): Promise<MovingIssuers> {
  const { issuer, config } = cluster;
  if (!("hosting" in issuer)) throw new Error(`${cluster.name} has no issuer of its own`);
  const isMoving = issuer.nextIssuer !== undefined || (issuer.previousIssuers ?? []).length > 0;
  const isNeeded = isMoving || options.terraformOutput !== undefined;
  const what = "What AWS trusts";
  const outputs = isNeeded
    ? await whereApplied(readStackOutputs(cluster, options, host), what, options, host, mistakes)
    : undefined;
  const { issuer_urls: urls = {}, issuer_url: presentUrl } = outputs ?? {};
  const {
    nextIssuer,
    previousIssuers = [],
    hosting,
    issuerName: name = defaultIssuerName,
  } = issuer;
  const moving = (each: { name: string; url?: string }, known = each.url): MovingIssuer => {
    const url = known ?? urls[each.name];
    const { signedUntil } =
      config.previousIssuers?.find((previous) => previous.name === each.name) ?? {};
    return {
      name: each.name,
      ...(url !== undefined && { url }),
      ...(signedUntil !== undefined && { signedUntil: new Date(signedUntil) }),
    };
  };
  const keyIds = keyIdsOf(cluster, outputs);
  const trusted = outputs?.trusted_issuers?.map(({ issuer_url: url }) => url);
  // An output of an earlier configuration is that of another issuer.
  const isOnly = Object.keys(urls).length === 0 ? presentUrl : undefined;
  return {
    signing: moving({ name }, hosting.issuerUrl ?? isOnly),
    ...(nextIssuer !== undefined && { next: moving(nextIssuer, nextIssuer.hosting.issuerUrl) }),
    previous: previousIssuers.map((previous) =>
      moving(previous, previous.url ?? previous.hosting?.issuerUrl),
    ),
    ...(keyIds !== undefined && { keyIds }),
    ...(trusted !== undefined && { trustedIssuers: trusted }),
  };
}

/** The `kid` of each key: of public keys of the cluster's owner without Terraform. */
function keyIdsOf(
  { issuer }: Cluster,
  outputs: StackOutputs | undefined,
): readonly string[] | undefined {
  const { keys = defaultKeys } = "hosting" in issuer ? issuer : {};
  return keys.every(isGiven)
    ? keys.flatMap(({ publicKeys }) => publicKeys.map(({ kid }) => kid))
    : outputs?.key_ids;
}
