import { Token } from "cdktf/lib/tokens";
import { existingIssuerViolations, findSigningKey, issuerViolations } from "../modules/issuer";
import { rolesViolations } from "../modules/roles";
import { clusterOfStackViolations, machinesViolations, talosViolations } from "../modules/talos";
import {
  checkArnRegion,
  checkPartition,
  checkRegion,
  checkTags,
  checkText,
  clusterNameRules,
  maxTags,
  type Path,
  partitionOf,
  secretNamePartRules,
  timeRules,
  under,
  type Violation,
} from "../modules/validation";
import { awsAccountViolations } from "../stacks/aws-account";
import { backendViolations } from "../stacks/backend";
import { type Cluster, type HostingConfig, placeOf } from "./cluster-props";
import { distributionViolations } from "./distributions";
import { hostingsWith, isGoingWith, placeSettings, requiredSetting } from "./hosting-settings";
import type { PartReport } from "./report";
import type { ClusterConfig } from "./schema";

/** Reports what is wrong with a cluster by itself. */
export function checkCluster(config: ClusterConfig, cluster: Cluster, report: PartReport): void {
  const { name, region, skipRegionValidation, secretPrefix = "prefix", tags = {} } = config;
  report.fault(
    ...checkText(["name"], name, clusterNameRules),
    ...checkRegion(["region"], region, skipRegionValidation),
    ...checkText(["secretPrefix"], secretPrefix, secretNamePartRules),
    ...Object.entries(tags).flatMap(([tag, value]) => checkTags(["tags"], { [tag]: value })),
    ...awsAccountViolations(config),
    ...signedUntilViolations(config, cluster),
  );
  if (!report.isAtFault(["hosting"])) report.fault(...hostingSettingViolations(config));
  report.fault(...furtherIssuerViolations(config));
  if (config.backend !== undefined) {
    report.add(...under(["backend"], backendViolations(config.backend)));
  }
  for (const violation of issuerViolationsOf(cluster)) {
    if (isConsequence(violation.path, config, report)) continue;
    report.add({ ...violation, path: placeOf(violation.path, config) });
  }
  if (cluster.talos !== undefined) {
    for (const violation of [
      ...talosViolations(cluster.talos),
      ...machinesViolations(cluster.talos, region),
      ...clusterOfStackViolations(cluster),
    ]) {
      report.add({ ...violation, path: placeOf(violation.path, config) });
    }
  }
  report.fault(...distributionViolations(config));
  if (!report.isAtFault(["region"])) report.add(...placementViolations(config));
  checkRoles(cluster, report);
}

/** Records of when keys have signed last, and when clusters have signed as an issuer last. */
function signedUntilViolations(
  { keys = [], signingKey, previousIssuers = [] }: ClusterConfig,
  { issuer }: Cluster,
): Violation[] {
  const signing = "hosting" in issuer ? findSigningKey(issuer.keys ?? [], signingKey) : undefined;
  const ofIssuers = previousIssuers.flatMap(({ signedUntil }, index) =>
    signedUntil === undefined
      ? []
      : checkText(["previousIssuers", index, "signedUntil"], signedUntil, timeRules),
  );
  const ofKeys = keys.flatMap(({ name, signedUntil }, index): Violation[] => {
    if (signedUntil === undefined) return [];
    const path = ["keys", index, "signedUntil"];
    return name === signing?.name
      ? [{ path, rule: "must be left out for the key that signs", given: signedUntil }]
      : checkText(path, signedUntil, timeRules);
  });
  return [...ofKeys, ...ofIssuers];
}

/** What a cluster says that does not go with its hosting, or leaves out that goes with it. */
function hostingSettingViolations(cluster: ClusterConfig): Violation[] {
  const { secret, secretPrefix } = cluster;
  return [
    ...placeSettingViolations(cluster),
    ...(typeof secret === "object" && secret.name === undefined && secretPrefix === undefined
      ? [{ path: ["secret"], rule: "must have a name, or secretPrefix is required" }]
      : []),
  ];
}

/** What does not go with a way of hosting, or is missing with it. */
function placeSettingViolations(place: HostingConfig): Violation[] {
  const { hosting = "s3", publicBy } = place;
  const required = requiredSetting(hosting);
  return [
    ...(place[required] === undefined
      ? [{ path: [required], rule: `is required with hosting: ${hosting}` }]
      : []),
    ...Object.keys(place)
      .filter((name) => !isGoingWith(name, hosting))
      .map((name) => ({
        path: [name],
        rule: `must be left out with hosting: ${hosting}: it goes with ${hostingsWith(name).join(", ")}`,
      })),
    ...(hosting === "s3-virtual-hosted" && publicBy === "acl"
      ? [{ path: ["publicBy"], rule: 'must be "policy" with hosting: s3-virtual-hosted' }]
      : []),
  ];
}

/** What is wrong with the places of issuers that do not sign. */
function furtherIssuerViolations({ nextIssuer, previousIssuers = [] }: ClusterConfig): Violation[] {
  return [
    ...(nextIssuer === undefined ? [] : under(["nextIssuer"], placeSettingViolations(nextIssuer))),
    ...previousIssuers.flatMap((previous, index) => {
      const at = ["previousIssuers", index];
      if (previous.hosting !== undefined) return under(at, placeSettingViolations(previous));
      return placeSettings
        .filter((setting) => previous[setting] !== undefined)
        .map((setting) => ({
          path: [...at, setting],
          rule: "must be left out without a hosting: it says where this stack publishes the documents",
        }));
    }),
  ];
}

function issuerViolationsOf({ issuer }: Cluster): Violation[] {
  return "hosting" in issuer ? issuerViolations(issuer) : existingIssuerViolations(issuer);
}

/** Whether what is wrong with an issuer only follows from what is wrong elsewhere. */
function isConsequence(path: Path, { tags = {} }: ClusterConfig, report: PartReport): boolean {
  const [first, second] = path;
  switch (first) {
    case "secret":
      return second === undefined
        ? report.isAtFault(["keys"])
        : second === "name" && report.isAtFault(["name"]);
    case "tags":
      return path.length > 1 || Object.keys(tags).length <= maxTags;
    case "hosting":
      // A prefix or a log bucket is wrong with every hosting.
      return report.isAtFault(["hosting"]) && !/^(prefix|accessLogs)$/.test(String(path[2]));
    case "jwksComputation":
      return report.isAtFault(["hosting"]);
    default:
      return false;
  }
}

/** What is in another region or partition than the cluster's. */
function placementViolations(config: ClusterConfig): Violation[] {
  const { region, skipRegionValidation, bucket, secret, domain, assumeRole } = config;
  const { kmsKeyId, replicaRegions = [] } = typeof secret === "object" ? secret : {};
  const { encryption } = typeof bucket === "object" ? bucket : {};
  return [
    ...checkArnRegion(["bucket", "encryption"], encryption, region),
    ...checkArnRegion(["secret", "kmsKeyId"], kmsKeyId, region),
    ...checkPartition(["domain", "certificateArn"], domain?.certificateArn, region),
    ...furtherPlacementViolations(config),
    ...checkPartition(["assumeRole", "roleArn"], assumeRole?.roleArn, region),
    ...(config.serviceAccountRoles ?? []).flatMap((role, index) => {
      const { managedPolicyArns = [], permissionsBoundary: boundary } = role;
      const at = ["serviceAccountRoles", index];
      return [
        ...checkPartition([...at, "permissionsBoundary"], boundary, region),
        ...managedPolicyArns.flatMap((arn, policy) =>
          checkPartition([...at, "managedPolicyArns", policy], arn, region),
        ),
      ];
    }),
    ...replicaRegions.flatMap((replica, index) => {
      const path = ["secret", "replicaRegions", index];
      if (replica === region) {
        return [{ path, rule: "must be another region than {region}", given: replica }];
      }
      const ofRegion = checkRegion(path, replica, skipRegionValidation);
      return ofRegion.length > 0 || partitionOf(replica) === partitionOf(region)
        ? ofRegion
        : [{ path, rule: `must be in the partition ${partitionOf(region)}`, given: replica }];
    }),
  ];
}

/** What of issuers that do not sign is in another region or partition than the cluster's. */
function furtherPlacementViolations(config: ClusterConfig): Violation[] {
  const { region, nextIssuer, previousIssuers = [] } = config;
  const places: readonly (readonly [Path, HostingConfig])[] = [
    ...(nextIssuer === undefined ? [] : [[["nextIssuer"], nextIssuer] as const]),
    ...previousIssuers.map((each, index) => [["previousIssuers", index], each] as const),
  ];
  return places.flatMap(([at, { bucket, domain }]) => [
    ...checkArnRegion(
      [...at, "bucket", "encryption"],
      typeof bucket === "object" ? bucket.encryption : undefined,
      region,
    ),
    ...checkPartition([...at, "domain", "certificateArn"], domain?.certificateArn, region),
  ]);
}

/** Trust policies and ARNs of the issuer are known at apply: Terraform checks their length. */
const unknownIssuer = {
  issuerHostpath: Token.asString({ resolve: () => "" }),
  providerArn: Token.asString({ resolve: () => "" }),
};

/** Reports what is wrong with a cluster's roles for ServiceAccounts. */
function checkRoles({ serviceAccountRoles }: Cluster, report: PartReport): void {
  const roles = serviceAccountRoles.map((role) => ({ ...role, issuers: [unknownIssuer] }));
  const violations = rolesViolations(roles);
  // Tags that a role has from its cluster are reported there.
  const own = report.isAtFault(["tags"])
    ? violations.filter(({ path: [, member] }) => member !== "tags")
    : violations;
  report.add(...under(["serviceAccountRoles"], own));
}
