import type { Finding, Severity } from "../../validation";

/** An answer of the smoke test, or of any SDK that assumes a role with a token. */
export interface SmokeTestAnswer {
  /** Stable across releases. */
  readonly code: string;
  /** What the log contains, in words that every SDK keeps. */
  readonly answer: string;
  /** @default "error" */
  readonly severity?: Severity;
  readonly meaning: string;
  /**
   * What to do about it.
   * @default - nothing to do
   */
  readonly remedy?: string;
}

/**
 * What the answers of the smoke test mean. Of several in one log the first of this table counts, so that
 * a more precise answer comes before a more general one.
 *
 * @see {@link https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html#API_AssumeRoleWithWebIdentity_Errors AssumeRoleWithWebIdentity, errors}
 *
 * @example
 * smokeTestAnswers.map(({ answer }) => answer).includes("NoSuchBucket"); // true
 */
export const smokeTestAnswers: readonly SmokeTestAnswer[] = [
  {
    code: "IRSA-ANSWER-NO-PROVIDER",
    answer: "No OpenIDConnect provider found in your account",
    meaning: "The token's issuer is not the URL of an identity provider in the role's account.",
    remedy:
      "Compare the API server's service-account-issuer with the identity provider's URL, to the byte, and the account in the role's ARN; a pod that is older than the change keeps a token of the former issuer.",
  },
  {
    code: "IRSA-ANSWER-VERIFICATION-KEY",
    answer: "Couldn't retrieve verification key from your identity provider",
    meaning:
      "AWS could not read the discovery document or the JWKS within 5 seconds, or the token's key is not in it.",
    remedy:
      "Fetch both documents without credentials and without following redirects; compare the 'kid' of the JWKS with that of kubectl get --raw /openid/v1/jwks on each API server.",
  },
  {
    code: "IRSA-ANSWER-THUMBPRINT",
    answer: "HTTPS certificate doesn't match configured thumbprint",
    meaning:
      "The host's certificate is not one that AWS trusts, and its thumbprint is not the configured one.",
    remedy:
      "Use a certificate of a public certificate authority, or set the thumbprint of the chain's top intermediate.",
  },
  {
    code: "IRSA-ANSWER-AUDIENCE",
    answer: "Incorrect token audience",
    meaning: "The token's audience is not among the identity provider's client IDs.",
    remedy:
      "Make the webhook's audience, or the ServiceAccount's annotation, one of the provider's client IDs: sts.amazonaws.com.",
  },
  {
    code: "IRSA-ANSWER-AUDIENCES",
    answer: "more than one audience",
    meaning: "The token has several audiences, and STS takes one.",
    remedy: "Ask for one audience in the projected volume, such as sts.amazonaws.com.",
  },
  {
    code: "IRSA-ANSWER-NO-JWT",
    answer: "The ID Token provided is not a valid JWT",
    meaning: "What was sent is not a token, or is signed with an algorithm that STS does not take.",
    remedy:
      "Look at the file that AWS_WEB_IDENTITY_TOKEN_FILE names: three parts with dots and no line break; an RSA or an EC key signs (RS256, ES256, ES384, ES512).",
  },
  {
    code: "IRSA-ANSWER-MISSING-CLAIM",
    answer: "Missing a required claim",
    meaning:
      "The token is of a Secret (iss: kubernetes/serviceaccount), without audience and expiry.",
    remedy: "Use a projected token, as the webhook mounts it, in place of the Secret's.",
  },
  {
    code: "IRSA-ANSWER-LOGIN-WITH-AMAZON",
    answer: "not a Login With Amazon token",
    meaning: "The request names a provider, or the file contains no JWT.",
    remedy:
      "Leave out --provider-id, and look whether the token file is whole and without white space around it.",
  },
  {
    code: "IRSA-ANSWER-FUTURE",
    answer: "issued in the future",
    meaning: "The clock of the API server is ahead of AWS.",
    remedy: "Synchronize the clocks of the control-plane nodes.",
  },
  {
    code: "IRSA-ANSWER-EXPIRED",
    answer: "ExpiredToken",
    meaning: "The token is older than its lifetime: its file is not read again, or clocks differ.",
    remedy:
      "Update an SDK that reads the file once only, restart the pod, and check the clocks of the control-plane nodes.",
  },
  {
    code: "IRSA-ANSWER-ROLE-ARN",
    answer: "Request ARN is invalid",
    meaning: "The role's ARN is misspelt, or of another partition than the endpoint.",
    remedy: "Correct the annotation eks.amazonaws.com/role-arn, and the region of the pod.",
  },
  {
    code: "IRSA-ANSWER-DURATION",
    answer: "DurationSeconds exceeds the MaxSessionDuration",
    meaning: "The pod asks for a longer session than the role allows.",
    remedy: "Raise the role's maxSessionDuration, or ask for less.",
  },
  {
    code: "IRSA-ANSWER-PROVIDER-UNREACHABLE",
    answer: "IDPCommunicationError",
    meaning: "AWS could not reach the host of the documents.",
    remedy:
      "Try again; if it stays, fetch the documents from outside of your network, and look at the host's limits.",
  },
  {
    code: "IRSA-ANSWER-REJECTED",
    answer: "IDPRejectedClaim",
    meaning: "The identity provider's documents do not accept the token.",
    remedy: "Check issuer and jwks_uri of the discovery document, to the byte.",
  },
  {
    code: "IRSA-ANSWER-REGION-DISABLED",
    answer: "RegionDisabledException",
    meaning: "STS is switched off in this region for the account.",
    remedy: "Switch it on under IAM, account settings, or use another region.",
  },
  {
    code: "IRSA-ANSWER-POLICY-SIZE",
    answer: "PackedPolicyTooLarge",
    meaning: "Session policies and tags are too long.",
    remedy: "Shorten the session policy that the workload passes.",
  },
  {
    code: "IRSA-ANSWER-POLICY-FORM",
    answer: "MalformedPolicyDocument",
    meaning: "A policy that the workload passes, or that is written, is not valid.",
    remedy: "Correct the policy that the message names.",
  },
  {
    code: "IRSA-ANSWER-NOT-AUTHORIZED",
    answer: "Not authorized to perform sts:AssumeRoleWithWebIdentity",
    meaning:
      "AWS believes the token, but the role does not exist, its trust policy does not allow it, or an organization's policy (SCP, RCP) forbids it.",
    remedy:
      "Compare 'sub' (system:serviceaccount:NAMESPACE:NAME) and 'aud' in the trust policy, and its provider ARN and condition keys, with the issuer's host and path. If all agree, ask who manages the organization's service control policies.",
  },
  {
    code: "IRSA-ANSWER-ORGANIZATION-POLICY",
    answer: "with an explicit deny in a service control policy",
    meaning: "A service control policy of the organization forbids the action.",
    remedy: "Ask who manages the organization's policies; the role and its trust policy are right.",
  },
  {
    code: "IRSA-ANSWER-TOKEN-PERMISSION",
    answer: "Permission denied: '/var/run/secrets/eks.amazonaws.com/serviceaccount/token'",
    meaning: "The container's user may not read the token.",
    remedy: "Set securityContext.fsGroup of the pod.",
  },
  {
    code: "IRSA-ANSWER-NO-ROUTE",
    answer: "Could not connect to the endpoint URL",
    meaning: "The pod does not reach STS: no egress, no DNS, or no endpoint in the network.",
    remedy:
      "Let the pod reach sts.REGION.amazonaws.com on port 443, and look at network policies, proxy and DNS.",
  },
  {
    code: "IRSA-ANSWER-TIMEOUT",
    answer: "timeout on endpoint URL",
    meaning: "The pod does not get an answer of STS in time.",
    remedy:
      "Let the pod reach sts.REGION.amazonaws.com on port 443, and look at network policies, proxy and DNS.",
  },
  {
    code: "IRSA-ANSWER-NO-CREDENTIALS",
    answer: "Unable to locate credentials",
    meaning: "The pod was made without role and token: the webhook did not change it.",
    remedy:
      "Look whether the webhook runs and does not exclude the namespace, and whether the ServiceAccount had its annotation before the pod was made; then delete the Job and apply it again.",
  },
  {
    code: "IRSA-ANSWER-UNAUTHORIZED",
    answer: "Unauthorized",
    meaning:
      "The Kubernetes API refuses a token: its issuer, key or audience is no longer accepted.",
    remedy:
      "Keep the former issuer, key and audiences accepted while tokens of theirs are in use; restart the pods.",
  },
  {
    code: "IRSA-ANSWER-BUCKET-DENIED",
    answer: "AccessDenied",
    meaning: "At the bucket: the role was assumed, its permissions do not allow listing.",
    remedy: "Allow the role s3:ListBucket on the bucket.",
  },
  {
    code: "IRSA-ANSWER-NO-BUCKET",
    answer: "NoSuchBucket",
    meaning: "The role was assumed; there is no such bucket.",
    remedy: "Correct the bucket's name.",
  },
  {
    code: "IRSA-ANSWER-OTHER-CREDENTIALS",
    answer: ":user/",
    meaning: "Static keys win: AWS_ACCESS_KEY_ID is set in the pod, so that the token is not used.",
    remedy: "Remove AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY from env and envFrom.",
  },
  {
    code: "IRSA-ANSWER-ASSUMED",
    answer: ":assumed-role/",
    severity: "info",
    meaning: "The role was assumed: issuer, documents, key, audience and trust policy are right.",
  },
];

/** Further words for the same, of other SDKs. */
const synonyms: Readonly<Record<string, readonly string[]>> = {
  "IRSA-ANSWER-NO-CREDENTIALS": [
    "NoCredentialProviders",
    "no valid credential sources",
    "failed to refresh cached credentials",
    "Unable to load credentials from any of the providers",
    "Could not load credentials from any providers",
  ],
  "IRSA-ANSWER-TOKEN-PERMISSION": ["serviceaccount/token: permission denied"],
  "IRSA-ANSWER-NO-ROUTE": ["no such host", "ENOTFOUND", "UnknownHostException", "dial tcp"],
  "IRSA-ANSWER-TIMEOUT": [
    "i/o timeout",
    "ETIMEDOUT",
    "Connect timeout",
    "context deadline exceeded",
  ],
};

/**
 * What a Job's log, or that of any AWS SDK, means: the first answer of {@link smokeTestAnswers} in it.
 *
 * @returns undefined for a log without any of the answers
 *
 * @example
 * explainSmokeTestLog("… Incorrect token audience")?.code; // "IRSA-ANSWER-AUDIENCE"
 */
export function explainSmokeTestLog(log: string): Finding | undefined {
  const found = smokeTestAnswers.find(({ code, answer }) =>
    [answer, ...(synonyms[code] ?? [])].some((words) => log.includes(words)),
  );
  return found && findingOf(found);
}

function findingOf({
  code,
  severity = "error",
  meaning,
  answer,
  remedy,
}: SmokeTestAnswer): Finding {
  return {
    code,
    severity,
    what: meaning,
    actual: answer,
    ...(remedy !== undefined && { remedy }),
  };
}

/**
 * The answers as text to read.
 *
 * @example
 * console.log(formatSmokeTestAnswers());
 */
export function formatSmokeTestAnswers(): string {
  return smokeTestAnswers
    .map(({ answer, meaning, remedy }) =>
      [answer, `  ${meaning}`, ...(remedy === undefined ? [] : [`  ${remedy}`])].join("\n"),
    )
    .join("\n\n")
    .concat("\n");
}
