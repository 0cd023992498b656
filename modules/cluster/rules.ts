import { checkIssuerUrl } from "../documents";

/** Tells what is wrong with the member `name`: one sentence a broken rule, none for a good value. */
export type Rule<T> = (name: string, value: T) => string[];

/** The audience that AWS STS asks for, in every partition. */
export const stsAudience = "sts.amazonaws.com";

/** Where the webhook, and a pod without the webhook, has the token mounted. */
export const tokenMountPath = "/var/run/secrets/eks.amazonaws.com/serviceaccount";

/** The issuer that kubeadm and k3s sign with until they are told another. */
export const defaultClusterIssuer = "https://kubernetes.default.svc.cluster.local";

const shownLength = 120;

/** @returns one sentence, or none when the value is good */
export function violation(name: string, good: boolean, must: string, value: unknown): string[] {
  return good ? [] : [`'${name}' must ${must}, got: ${shown(value)}`];
}

/** @see {@link https://kubernetes.io/docs/concepts/overview/working-with-objects/names/#dns-label-names DNS label names} */
export const namespaceRule: Rule<string> = (name, value) =>
  violation(
    name,
    /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(value),
    "be a DNS label: at most 63 small letters, digits and '-', a letter or digit at both ends",
    value,
  );

/** @see {@link https://kubernetes.io/docs/concepts/overview/working-with-objects/names/#dns-subdomain-names DNS subdomain names} */
export const serviceAccountNameRule: Rule<string> = (name, value) =>
  violation(
    name,
    /^(?=.{1,253}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/.test(value),
    "be a DNS subdomain: at most 253 small letters, digits, '-' and '.', a letter or digit at both ends of each part",
    value,
  );

/** @see {@link https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html IAM name requirements} */
export const roleArnRule: Rule<string> = (name, value) =>
  violation(
    name,
    /^arn:aws[a-z-]*:iam::\d{12}:role\/([\w+=,.@-]+\/)*[\w+=,.@-]{1,64}$/.test(value),
    "be the ARN of an IAM role, such as arn:aws:iam::111122223333:role/NAME",
    value,
  );

export const regionRule: Rule<string> = (name, value) =>
  violation(
    name,
    /^[a-z]{2,4}(-[a-z]+){1,2}-\d{1,2}$/.test(value),
    "be an AWS region, such as eu-central-1",
    value,
  );

/**
 * Kubernetes issues no token for less than 600 seconds, AWS documents no more than 86400.
 *
 * @see {@link https://kubernetes.io/docs/tasks/configure-pod-container/configure-service-account/#serviceaccount-token-volume-projection ServiceAccount token volume projection}
 */
export const tokenExpirationRule: Rule<number> = (name, value) =>
  violation(
    name,
    Number.isInteger(value) && value >= 600 && value <= 86_400,
    "be a whole number of seconds from 600 to 86400",
    value,
  );

export const audienceRule: Rule<string> = (name, value) =>
  violation(
    name,
    /^[\w.:/@~-]{1,255}$/.test(value),
    "be an audience without white space or commas, such as sts.amazonaws.com",
    value,
  );

/** An audience of the Kubernetes API itself. */
export const apiAudienceRule: Rule<string> = (name, value) =>
  value === stsAudience
    ? [
        `'${name}' must not hold ${stsAudience}: every token that a pod sends to AWS would then open the Kubernetes API too; the webhook asks for that audience on its own`,
      ]
    : audienceRule(name, value);

/** @see {@link https://kubernetes.io/docs/reference/labels-annotations-taints/ Labels, annotations} for the form of a prefix */
export const annotationPrefixRule: Rule<string> = (name, value) =>
  violation(
    name,
    /^(?=.{1,253}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/.test(value),
    "be a DNS subdomain, such as eks.amazonaws.com",
    value,
  );

export const bucketRule: Rule<string> = (name, value) =>
  violation(
    name,
    /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(value),
    "be the name of an S3 bucket: 3 to 63 small letters, digits, '-' and '.'",
    value,
  );

export const countRule: Rule<number> = (name, value) =>
  violation(name, Number.isInteger(value) && value >= 1, "be a whole number of 1 or more", value);

/** An absolute path on a control-plane node. */
export const pathRule: Rule<string> = (name, value) =>
  violation(
    name,
    /^(\/[\w.-]+)+$/.test(value) && !/\/\.{1,2}(\/|$)/.test(value),
    "be an absolute path of letters, digits, '.', '_' and '-', without '.' and '..'",
    value,
  );

/** The issuer that AWS knows: the one canonical form of {@link parseIssuerUrl}. */
export const issuerRule: Rule<string> = (name, value) =>
  checkIssuerUrl([], value).map(
    ({ rule, given }) => `'${name}' ${rule}${given === undefined ? "" : `, got: ${shown(given)}`}`,
  );

/** A URL that the cluster alone compares: port and IP address are welcome, as in a control-plane endpoint. */
export const httpsUrlRule: Rule<string> = (name, value) =>
  violation(
    name,
    URL.canParse(value) && /^https:\/\/[^\s?#@,]+$/.test(value),
    "be an https URL without user name, query and fragment",
    value,
  );

/** Applies a rule to each value of a list, under its position. */
export function each<T>(rule: Rule<T>, name: string, values: readonly T[] = []): string[] {
  return values.flatMap((value, index) => rule(`${name}[${index}]`, value));
}

/** Applies a rule to a value that may be left out. */
export function optional<T>(rule: Rule<T>, name: string, value: T | undefined): string[] {
  return value === undefined ? [] : rule(name, value);
}

function shown(value: unknown): string {
  if (typeof value === "string" && /PRIVATE KEY|^LS0tLS1CRUdJTi/.test(value)) return "key material";
  const text = ["string", "object"].includes(typeof value) ? JSON.stringify(value) : String(value);
  return text.length > shownLength ? `${text.slice(0, shownLength)}…` : text;
}
