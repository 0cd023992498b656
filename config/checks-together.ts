import { type Hosting, isGiven } from "../modules/issuer";
import type { Path } from "../modules/validation";
import { findSharedStates, stateArgument } from "../stacks/backend";
import type { CheckedCluster } from "./cluster";
import { type Cluster, placeOf } from "./cluster-props";

/** Something that only one cluster may have, and where the cluster says it. */
interface Claim {
  readonly identity: string;
  readonly path: Path;
}

/** Reports what is wrong between clusters: no two share a stack, the documents, a bucket to make, a secret. */
export function checkTogether(clusters: readonly CheckedCluster[]): void {
  const unique = (claims: (cluster: Cluster) => readonly Claim[], rule = differ) => {
    const owners = new Map<string, string>();
    for (const { cluster, config, report } of clusters) {
      for (const { identity, path } of claims(cluster)) {
        const owner = owners.get(identity);
        if (owner === undefined) owners.set(identity, cluster.name);
        else if (owner !== cluster.name || rule === differ) {
          report.fault({ path: placeOf(path, config), rule: rule(owner) });
        }
      }
    }
  };
  unique(({ name }) => [{ identity: name.toLowerCase(), path: ["name"] }]);
  unique((cluster) => bucketClaims(cluster).filter(({ identity }) => !identity.includes("/")));
  unique((cluster) => bucketClaims(cluster).filter(({ identity }) => identity.includes("/")));
  unique((cluster) =>
    ofCluster(
      hostings(cluster).flatMap(({ hosting: { issuerUrl }, path }) =>
        issuerUrl === undefined ? [] : [{ identity: issuerUrl, path: [...path, "issuerUrl"] }],
      ),
    ),
  );
  unique((cluster) => {
    const { issuer, region } = cluster;
    if (!("hosting" in issuer) || typeof issuer.secret !== "object") return [];
    const identity = `${accountOf(cluster)} ${region} ${issuer.secret.name}`;
    return [{ identity, path: ["secret", "name"] }];
  });
  unique(
    providerClaims,
    (owner) => `has its identity provider made by the cluster ${owner}: say existing: true here`,
  );
  unique(
    keyClaims,
    (owner) => `must contain no key of the cluster ${owner}: its owner could sign for both issuers`,
  );
  checkStates(clusters);
}

const differ = (owner: string) => `must differ from that of the cluster ${owner}`;

/** The account of a cluster, as far as the configuration says. */
function accountOf({ accountId, assumeRole, profile }: Cluster): string {
  return JSON.stringify([accountId, assumeRole?.roleArn, profile]);
}

/** Where a cluster publishes documents: of the issuer that signs, and of others. */
function hostings({ issuer }: Cluster): { readonly hosting: Hosting; readonly path: Path }[] {
  if (!("hosting" in issuer)) return [];
  const { hosting, nextIssuer, previousIssuers = [] } = issuer;
  return [
    { hosting, path: ["hosting"] },
    ...(nextIssuer === undefined
      ? []
      : [{ hosting: nextIssuer.hosting, path: ["nextIssuer", "hosting"] }]),
    ...previousIssuers.flatMap((previous, index) =>
      previous.hosting === undefined
        ? []
        : [{ hosting: previous.hosting, path: ["previousIssuers", index, "hosting"] }],
    ),
  ];
}

/** Claims without those that a cluster makes twice, which its own checks report. */
function ofCluster(claims: readonly Claim[]): Claim[] {
  return [...new Map(claims.toReversed().map((claim) => [claim.identity, claim])).values()];
}

function bucketClaims(cluster: Cluster): Claim[] {
  const claims = hostings(cluster).flatMap(({ hosting: { bucket }, path: place }) => {
    if (bucket === undefined || bucket.name === "") return [];
    const path = [...place, "bucket", "name"];
    return [
      ...(bucket.existing === true ? [] : [{ identity: bucket.name, path }]),
      { identity: `${bucket.name}/${bucket.prefix ?? ""}`, path },
    ];
  });
  return ofCluster(claims);
}

/** The identity providers of previous issuers that a cluster makes; an account has one for each URL. */
function providerClaims(cluster: Cluster): Claim[] {
  const { issuer } = cluster;
  return (issuer.previousIssuers ?? []).flatMap(({ existing = false, url }, index) =>
    existing || url === undefined
      ? []
      : [
          {
            identity: `${accountOf(cluster)} ${url}`,
            path: ["previousIssuers", index, "url"],
          },
        ],
  );
}

function keyClaims({ issuer }: Cluster): Claim[] {
  if (!("hosting" in issuer)) return [];
  return (issuer.keys ?? []).flatMap((key, index) =>
    isGiven(key) ? key.publicKeys.map(({ kid }) => ({ identity: kid, path: ["keys", index] })) : [],
  );
}

/** No two stacks keep their states in one place. */
function checkStates(clusters: readonly CheckedCluster[]): void {
  const states = clusters.flatMap(({ cluster: { name, backend } }) =>
    backend === undefined ? [] : [{ stack: name, backend }],
  );
  for (const { stack, sharesWith } of findSharedStates(states)) {
    const found = clusters.find(({ cluster }) => cluster.name === stack);
    const argument = stateArgument(found?.cluster.backend?.type ?? "");
    if (found === undefined || argument === undefined) continue;
    found.report.add({
      path: ["backend", "config", argument],
      rule: `must be left out or differ from that of the cluster ${sharesWith}: each stack needs a state of its own`,
    });
  }
}
