import { inspectTalos } from "../cluster";
import { hasWildcard } from "../iam/wildcard";
import { roleWarnings } from "../roles";
import type { Finding, Severity } from "../validation";
import type { ReportedCluster, ReportedFinding, ReportedRole } from "./schema";
import type { SynthesizedStack } from "./stack";

interface ReportRule {
  readonly code: string;
  readonly severity: Severity;
  readonly means: string;
  readonly remedy: string;
}

/** What a finding of a report means and what to do, apart from the values. */
export const reportRules = {
  noAudience: {
    code: "IRSA-REPORT-NO-AUDIENCE",
    severity: "error",
    means:
      "The trust policy has no condition on the audience: a token that was made for another recipient is accepted.",
    remedy: "Add a condition on ISSUER:aud with sts.amazonaws.com.",
  },
  unknownKey: {
    code: "IRSA-REPORT-UNKNOWN-KEY",
    severity: "error",
    means:
      "A key is published that the configuration does not contain: whoever has its private half can become every role of the cluster.",
    remedy: "Find out whose it is, and apply the stack, which publishes the configured keys alone.",
  },
  unreadable: {
    code: "IRSA-REPORT-UNREADABLE",
    severity: "error",
    means: "The published documents could not be read: AWS refuses every token of the cluster.",
    remedy: "Ask irsa doctor why.",
  },
  oldKeys: {
    code: "IRSA-REPORT-OLD-KEYS",
    severity: "warning",
    means: "The published keys are the same for more than a year.",
    remedy: "Change the signing key: irsa rotate plans the steps.",
  },
  expiringCertificate: {
    code: "IRSA-REPORT-EXPIRING-CERTIFICATE",
    severity: "warning",
    means:
      "The certificate of the issuer's host expires within three weeks: AWS refuses every token of the cluster then.",
    remedy: "Renew it, or find out why it is not renewed by itself.",
  },
  keyInState: {
    code: "IRSA-REPORT-KEY-IN-STATE",
    severity: "warning",
    means:
      "The private signing key is in Terraform's state: whoever reads the state can become every role of the cluster.",
    remedy:
      "Keep the key in Secrets Manager alone (keptIn: secrets-manager), or restrict who reads the state.",
  },
  wildcard: {
    code: "IRSA-REPORT-WILDCARD",
    severity: "info",
    means: "The role also trusts ServiceAccounts that are yet to be made, by a wildcard.",
    remedy: "Name the ServiceAccounts, unless whoever can make one there may have the role.",
  },
  otherPrincipals: {
    code: "IRSA-REPORT-OTHER-PRINCIPALS",
    severity: "info",
    means: "Others than ServiceAccounts may assume the role.",
    remedy: "Remove them from additionalTrustedPrincipals when they no longer need it.",
  },
  previousIssuer: {
    code: "IRSA-REPORT-PREVIOUS-ISSUER",
    severity: "info",
    means:
      "A previous issuer is still trusted: whoever controls its documents can become every role that trusts it.",
    remedy: "Remove it from previousIssuers when none of its tokens is valid any more.",
  },
  acls: {
    code: "IRSA-REPORT-BUCKET-ACLS",
    severity: "info",
    means:
      "ACLs count in the bucket: whoever may write an object's ACL can make any object public.",
    remedy: "Set publicBy: policy, which opens the two documents alone.",
  },
  noDeletionProtection: {
    code: "IRSA-REPORT-NO-DELETION-PROTECTION",
    severity: "info",
    means: "Nothing keeps an apply from ending the issuer or dropping a key that still signs.",
    remedy: "Remove deletionProtection: false.",
  },
} as const satisfies Readonly<Record<string, ReportRule>>;

type About = ReportedFinding["about"];

const order: readonly Severity[] = ["error", "warning", "info"];

/** What a reviewer of a cluster should know, the worst first. */
export function findingsOf(
  cluster: Omit<ReportedCluster, "findings">,
  { talos }: Pick<SynthesizedStack, "talos">,
): ReportedFinding[] {
  const { bucket, issuer, keys, identityProviders: providers } = cluster;
  const ofCluster: About = { kind: "cluster", name: cluster.name };
  const previous = providers.filter(({ isPrevious }) => isPrevious);
  const findings = [
    ...cluster.roles.flatMap(findingsOfRole),
    ...findingsOfSight(cluster),
    ...keys
      .filter(({ privateKey }) => privateKey.place === "terraform-state")
      .map(({ name }) => found("keyInState", { kind: "key", name }, stateOf(cluster))),
    ...previous.map(({ issuerUrl }) =>
      found("previousIssuer", { kind: "issuer", name: issuerUrl }),
    ),
    ...(bucket?.aclsCount === true ? [found("acls", { kind: "bucket", name: bucket.name })] : []),
    ...(issuer.hosting === "existing" || cluster.deletionProtection
      ? []
      : [found("noDeletionProtection", ofCluster)]),
    ...(talos === undefined ? [] : inspectTalos(talos)).map((finding) =>
      about({ kind: "cluster", name: cluster.name }, finding),
    ),
  ];
  return order.flatMap((severity) => findings.filter((finding) => finding.severity === severity));
}

const daySeconds = 86_400;

/** What was seen, as of the time at which it was seen. */
function findingsOfSight({ seen, keys, issuer }: Omit<ReportedCluster, "findings">) {
  if (seen === undefined) return [];
  const ofIssuer: About = { kind: "issuer", name: issuer.url };
  const { readable, keyIds, unchangedSince, certificate } = seen;
  const daysUntil = (time: string) =>
    (Date.parse(time) - Date.parse(seen.at)) / (1000 * daySeconds);
  const known = keys.flatMap((key) => key.keyIds);
  // The kid of a key that Terraform makes is known after apply alone.
  const isAllKnown = issuer.hosting !== "existing" && keys.every((key) => key.keyIds.length > 0);
  return [
    ...(readable ? [] : [found("unreadable", ofIssuer)]),
    ...(isAllKnown ? keyIds.filter((kid) => !known.includes(kid)) : []).map((kid) =>
      found("unknownKey", ofIssuer, kid),
    ),
    ...(unchangedSince !== undefined && daysUntil(unchangedSince) < -365
      ? [found("oldKeys", ofIssuer, unchangedSince)]
      : []),
    ...(certificate !== undefined && daysUntil(certificate.notAfter) < 21
      ? [
          found(
            "expiringCertificate",
            ofIssuer,
            `${certificate.subject}, until ${certificate.notAfter}`,
          ),
        ]
      : []),
  ];
}

function findingsOfRole({ name, policies, webIdentities, otherPrincipals }: ReportedRole) {
  const ofRole: About = { kind: "role", name };
  const accounts = [...new Set(webIdentities.flatMap(({ serviceAccounts }) => serviceAccounts))];
  const warnings = roleWarnings({
    serviceAccounts: accounts,
    inlineStatements: policies.flatMap(({ statements = [] }) => statements),
    awsManagedPolicies: policies.flatMap((policy) =>
      policy.type === "aws-managed" ? policy.name : [],
    ),
  });
  const warnedOf = warnings.map(({ actual }) => actual);
  return [
    ...webIdentities.flatMap(({ audiences, provider }) =>
      audiences.length === 0 ? [found("noAudience", ofRole, provider)] : [],
    ),
    ...warnings.map((finding) => about(ofRole, finding)),
    ...accounts
      .filter((account) => hasWildcard(account) && !warnedOf.includes(account))
      .map((account) => found("wildcard", ofRole, account)),
    ...otherPrincipals.flatMap(({ identifiers }) =>
      identifiers.map((identifier) => found("otherPrincipals", ofRole, identifier)),
    ),
  ];
}

function stateOf({ state: { backend, location } }: Pick<ReportedCluster, "state">): string {
  return location === undefined ? backend : `${backend}: ${location}`;
}

function found(rule: keyof typeof reportRules, subject: About, actual?: string): ReportedFinding {
  const { code, severity, means, remedy } = reportRules[rule];
  return about(subject, { code, severity, what: means, actual, remedy });
}

function about(subject: About, finding: Finding): ReportedFinding {
  const { code, severity, what, actual, expected, remedy } = finding;
  const sentence = `${what.charAt(0).toUpperCase()}${what.slice(1)}`;
  return {
    code,
    severity,
    about: subject,
    what: /[.!?]$/.test(sentence) ? sentence : `${sentence}.`,
    ...(actual === undefined ? {} : { actual }),
    ...(expected === undefined ? {} : { expected }),
    ...(remedy === undefined ? {} : { remedy }),
  };
}
