import { Token } from "cdktf/lib/tokens";
import {
  type ExistingIssuerProps,
  existingIssuerViolations,
  type IrsaIssuerProps,
  issuerViolations,
} from "../modules/issuer";
import { roleViolations } from "../modules/roles";
import { identifier } from "../modules/synthesis";
import {
  checkTags,
  checkText,
  clusterNameRules,
  formatPath,
  formatViolation,
  maxTags,
  regionRules,
  secretNamePartRules,
  formatValue,
  type Violation,
} from "../modules/validation";
import { backendViolations, findSharedStates, stateArgument } from "../stacks/backend";
import { talosViolations, type TalosProps } from "../modules/talos/machine-config-patch";
import { mismatches, placeOf } from "./cluster-props";
import type { ClusterRole } from "./role-props";
import type { Tell } from "./problems";
import type { ClusterConfig, FileConfig } from "./schema";
import type { Path } from "./yaml-source";

/** The issuer to make, or one that AWS trusts already. */
type Issuer = IrsaIssuerProps | ExistingIssuerProps;

/** A cluster with what the constructs are going to be reported of it. */
export interface CheckedCluster {
  readonly cluster: ClusterConfig;
  readonly issuer: Issuer;
  readonly tell: Tell;
}

/** Tells what is wrong with a cluster in itself, except for its roles and its Talos patch. */
export function checkCluster(cluster: ClusterConfig, issuer: Issuer, tell: Tell): void {
  const { name, region, secretPrefix = "prefix", tags = {} } = cluster;
  tell.atFault(["name"], ...rules(checkText([], name, clusterNameRules)));
  const signing = cluster.keys?.flatMap(({ signs }, index) => (signs === true ? [index] : []));
  for (const index of signing?.slice(1) ?? []) {
    tell.broken(["keys", index, "signs"], "must be true for one key only");
  }
  if (cluster.signingKey !== undefined && signing !== undefined && signing.length > 0) {
    tell.broken(["signingKey"], "must be left out where a key has signs");
  }
  tell.atFault(["region"], ...rules(checkText([], region, regionRules)));
  tell.atFault(["secretPrefix"], ...rules(checkText([], secretPrefix, secretNamePartRules)));
  for (const [tag, value] of Object.entries(tags)) {
    tell.atFault(["tags", tag], ...rules(checkTags([], { [tag]: value })));
  }
  if (!tell.isAtFault(["hosting"])) {
    for (const { path, message } of mismatches(cluster)) tell.atFault(path, message);
  }
  const issuerProblems =
    "hosting" in issuer ? issuerViolations(issuer) : existingIssuerViolations(issuer);
  for (const violation of issuerProblems) {
    if (!follows(formatPath(violation.path), cluster, tell)) {
      tell.broken(placeOf(violation.path, cluster), ...rules([violation]));
    }
  }
}

/** Tells what is wrong with how a Talos cluster is given its issuer. */
export function checkTalos(talos: TalosProps | undefined, tell: Tell): void {
  if (talos === undefined) return;
  for (const violation of talosViolations(talos)) {
    tell.broken(violation.path, ...rules([violation]));
  }
}

/** Trust policies and ARNs of the issuer are known at apply: Terraform checks their length. */
const unknownIssuer = {
  issuerHostpath: Token.asString({ resolve: () => "" }),
  providerArn: Token.asString({ resolve: () => "" }),
};

/** Tells what is wrong with a cluster's roles for ServiceAccounts. */
export function checkRoles(roles: readonly ClusterRole[], tell: Tell): void {
  const names = new Set<string>();
  for (const [index, role] of roles.entries()) {
    const at = (path: Path): Path => ["serviceAccountRoles", index, ...path];
    if (names.has(identifier(role.name))) {
      tell.broken(
        at(["name"]),
        `must differ from that of another role, got: ${formatValue(role.name)}`,
      );
    }
    names.add(identifier(role.name));
    const violations = roleViolations({ ...role, issuers: [unknownIssuer] });
    const own = tell.isAtFault(["tags"])
      ? violations.filter(({ path: [member] }) => member !== "tags")
      : violations;
    for (const violation of own) {
      tell.broken(at(violation.path), formatViolation({ ...violation, path: [] }));
    }
  }
}

/** Whether what is wrong with a subject only follows from what is wrong elsewhere. */
function follows(subject: string, { tags = {} }: ClusterConfig, tell: Tell): boolean {
  switch (subject) {
    case "secret":
      return tell.isAtFault(["keys"]);
    case "secret.name":
      return tell.isAtFault(["name"]);
    case "tags":
      return Object.keys(tags).length <= maxTags;
    default:
      return (
        tell.isAtFault(["hosting"]) &&
        /^(hosting\.(bucket\.(name|encryption)|issuerUrl|region)|jwksComputation)$/.test(subject)
      );
  }
}

/** The rule of each violation, with what was given. */
function rules(violations: readonly Violation[]): string[] {
  return violations.map((violation) => formatViolation({ ...violation, path: [] }));
}

/** Tells what is wrong between clusters: no two share a stack, the documents, a bucket to make, a secret. */
export function checkTogether(clusters: readonly CheckedCluster[]): void {
  const unique = (subject: Path, identity: (one: CheckedCluster) => string | undefined) => {
    const seen = new Map<string, string>();
    for (const one of clusters) {
      const value = identity(one);
      if (value === undefined) continue;
      const first = seen.get(value);
      if (first === undefined) seen.set(value, one.cluster.name);
      else {
        const path = placeOf(subject, one.cluster);
        one.tell.atFault(path, `must differ from that of the cluster ${first}`);
      }
    }
  };
  unique(["name"], ({ cluster }) => cluster.name.toLowerCase());
  unique(["hosting", "bucket", "name"], ({ issuer }) => {
    const bucket = bucketOf(issuer);
    return bucket?.existing === true ? undefined : bucket?.name;
  });
  unique(["hosting", "bucket", "name"], ({ issuer }) => {
    const bucket = bucketOf(issuer);
    return bucket && `${bucket.name}/${bucket.prefix ?? ""}`;
  });
  unique(["hosting", "issuerUrl"], ({ issuer }) =>
    "hosting" in issuer ? issuer.hosting.issuerUrl : undefined,
  );
  unique(["secret", "name"], ({ cluster, issuer }) =>
    "hosting" in issuer && typeof issuer.secret === "object"
      ? `${cluster.region} ${issuer.secret.name}`
      : undefined,
  );
}

function bucketOf(issuer: Issuer) {
  if (!("hosting" in issuer)) return undefined;
  return issuer.hosting.bucket?.name === "" ? undefined : issuer.hosting.bucket;
}

/** Reports what is wrong with the backend of all stacks. */
export function checkBackend(
  backend: FileConfig["backend"],
  stacks: readonly string[],
  tell: Tell,
): void {
  if (backend === undefined) return;
  for (const violation of backendViolations(backend)) {
    tell.broken(violation.path, ...rules([violation]));
  }
  const argument = stateArgument(backend.type);
  const shared = findSharedStates(stacks.map((stack) => ({ stack, backend })));
  if (argument !== undefined && shared.length > 0) {
    const rule = "must be left out with several clusters, each of which needs a state of its own";
    tell.broken(["config", argument], rule);
  }
}
