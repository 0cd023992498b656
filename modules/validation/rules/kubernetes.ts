import type { NameRule } from "../name-rule";
import type { RangeRule } from "../violation";
import { constructIdRule } from "./terraform";

const dnsLabel = "[a-z0-9]([a-z0-9-]*[a-z0-9])?";

/** Names of clusters, which are names of stacks, too. */
export const clusterNameRules: readonly NameRule[] = [
  {
    pattern: "^[A-Za-z0-9][A-Za-z0-9-]{0,62}$",
    must: "begin with a letter or digit and contain at most 63 letters, digits and hyphens",
  },
  constructIdRule,
];

/** @see {@link https://kubernetes.io/docs/concepts/overview/working-with-objects/names/#dns-label-names DNS label names} */
export const namespaceRules: readonly NameRule[] = [
  { pattern: "^.{1,63}$", must: "be 1 to 63 characters long" },
  {
    pattern: `^${dnsLabel}$`,
    must: "be a DNS label: lower-case letters, digits and hyphens, with a letter or digit at both ends",
  },
];

/** @see {@link https://kubernetes.io/docs/concepts/overview/working-with-objects/names/#dns-subdomain-names DNS subdomain names} */
export const serviceAccountNameRules: readonly NameRule[] = [
  { pattern: "^.{1,253}$", must: "be 1 to 253 characters long" },
  {
    pattern: `^${dnsLabel}([.]${dnsLabel})*$`,
    must: "be a DNS subdomain: lower-case letters, digits, hyphens and periods, with a letter or digit at both ends of each part",
  },
];

/**
 * ServiceAccounts as a trust policy names them: `NAMESPACE/NAME`, with the wildcards of IAM in either
 * part. The first rule is the form that the others rely on.
 */
export const serviceAccountEntryRules: readonly NameRule[] = [
  { pattern: "^[^/]*/[^/]*$", must: "be NAMESPACE/NAME" },
  { pattern: "^[^/]{1,63}/", must: "have a namespace of 1 to 63 characters" },
  {
    pattern: "^[a-z0-9*?-]*/",
    must: "have a namespace of lower-case letters, digits, hyphens and the wildcards * and ?",
  },
  {
    pattern: "^-|-/",
    forbidden: true,
    must: "have a namespace that begins and ends with a letter, a digit or a wildcard",
  },
  { pattern: "/[^/]{1,253}$", must: "have a name of 1 to 253 characters" },
  {
    pattern: "/[a-z0-9*?.-]*$",
    must: "have a name of lower-case letters, digits, hyphens, periods and the wildcards * and ?",
  },
  {
    pattern: "/[.-]|[.][.-]|-[.]|[.-]$",
    forbidden: true,
    must: "have a name that begins and ends, between periods too, with a letter, a digit or a wildcard",
  },
];

/** An entry that stands for every ServiceAccount of the cluster. */
export const everyServiceAccountRule: NameRule = {
  pattern: "^[*?]*[*][*?]*/[*?]*[*][*?]*$",
  forbidden: true,
  must: "not stand for every ServiceAccount of the cluster unless {anyServiceAccount} is true",
};

/** @see {@link https://kubernetes.io/docs/reference/labels-annotations-taints/ Labels, annotations} for the form of a prefix */
export const annotationPrefixRules: readonly NameRule[] = [
  {
    pattern: `^${dnsLabel}([.]${dnsLabel})*$`,
    must: "be a DNS subdomain, such as eks.amazonaws.com",
  },
];

/**
 * Seconds that a pod's token lives: Kubernetes issues none for less than 600, AWS documents no more than
 * 86400.
 *
 * @see {@link https://kubernetes.io/docs/tasks/configure-pod-container/configure-service-account/#serviceaccount-token-volume-projection ServiceAccount token volume projection}
 */
export const tokenExpirationRule: RangeRule = { least: 600, greatest: 86_400 };

/** Replicas of a controller. */
export const replicaCountRule: RangeRule = { least: 1, greatest: Infinity };

/** Flags of the API server, without dashes. */
export const apiServerFlagRules: readonly NameRule[] = [
  {
    pattern: "^[a-z][a-z0-9-]*$",
    must: "be the name of a flag without its dashes, such as oidc-issuer-url",
  },
];

const octet = "(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])";
const ipv4 = `(${octet}[.]){3}${octet}`;

const group = "[0-9A-Fa-f]{1,4}";
const ipv6 = [
  `(${group}:){7}${group}`,
  `(${group}:){1,7}:`,
  // Seven groups at most before and after a gap.
  ...[1, 2, 3, 4, 5, 6].map((count) => `(${group}:){1,${count}}(:${group}){1,${7 - count}}`),
  `:((:${group}){1,7}|:)`,
  `::[Ff]{4}:${ipv4}`,
].join("|");

const labelEnd = "([A-Za-z0-9_-]*[A-Za-z0-9])";
const hostLabel = `[A-Za-z0-9]${labelEnd}?`;
/** No number, which some readers take for an IPv4 address: neither 256 nor 0x7f. */
const lastLabel = `(([0-9]*[A-WYZa-wyz]|[Xx])${labelEnd}?|[0-9]+[_-]${labelEnd})`;
const hostName = `(${hostLabel}[.])*${lastLabel}`;

const portNumber =
  "([1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5])";
const server = `https://(${hostName}|${ipv4}|\\[(${ipv6})\\])(:${portNumber})?`;

/** A URL that the cluster alone compares: port and IP address are accepted. */
export const clusterUrlRules: readonly NameRule[] = [
  {
    pattern: `^${server}(/[A-Za-z0-9._~:/-]*)?$`,
    must: "be an https URL of a host name or an IP address, without user name, query and fragment, such as https://10.0.0.1:6443",
  },
];

/** The URL under which all machines reach the Kubernetes API. */
export const controlPlaneEndpointRules: readonly NameRule[] = [
  {
    pattern: `^${server}$`,
    must: "be an https URL of a host name or an IP address and, where it has one, a port of 1 to 65535, such as https://10.0.0.1:6443",
  },
];

/** An absolute path on a control-plane node. */
export const nodePathRules: readonly NameRule[] = [
  {
    pattern: "^(/[A-Za-z0-9_.-]+)+$",
    must: "be an absolute path of letters, digits, '.', '_' and '-'",
  },
  { pattern: "/[.]{1,2}(/|$)", forbidden: true, must: "contain neither '.' nor '..' as a part" },
];

/** @see {@link https://anywhere.eks.amazonaws.com/docs/getting-started/optional/ EKS Anywhere, cluster specification} */
export const eksAnywhereClusterNameRules: readonly NameRule[] = [
  {
    pattern: "^[a-zA-Z][a-zA-Z0-9-]{1,79}$",
    must: "be 2 to 80 letters, digits and hyphens, beginning with a letter",
  },
];

/** Container images that name one version. */
export const imageRules: readonly NameRule[] = [
  {
    pattern:
      "^[A-Za-z0-9_.-]+(:[0-9]+)?(/[A-Za-z0-9_.-]+)*(:[A-Za-z0-9_.-]+|@sha256:[0-9a-f]{64})$",
    must: "be an image with a tag or a digest",
  },
  { pattern: ":latest$", forbidden: true, must: "not have the tag latest" },
];

/** A time to the second in UTC, such as 2026-11-28T10:00:00Z. */
export const timeRules: readonly NameRule[] = [
  {
    pattern:
      "^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]Z$",
    must: "be a time to the second in UTC, such as 2026-11-28T10:00:00Z",
  },
];
