/** An answer of the smoke test. */
export interface SmokeTestAnswer {
  /** Text to look for in the Job's log. */
  readonly answer: string;
  readonly meaning: string;
  /**
   * What to do about it.
   * @default - nothing to do
   */
  readonly remedy?: string;
}

/**
 * What the answers of the smoke test mean, in the order in which the links of the chain are tried:
 * webhook, issuer, documents, key, audience, trust policy, permissions.
 *
 * @see {@link https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html#API_AssumeRoleWithWebIdentity_Errors AssumeRoleWithWebIdentity, errors}
 *
 * @example
 * smokeTestAnswers.map(({ answer }) => answer).includes("NoSuchBucket"); // true
 */
export const smokeTestAnswers: readonly SmokeTestAnswer[] = [
  {
    answer: ":assumed-role/",
    meaning: "The role was assumed: issuer, documents, key, audience and trust policy are right.",
  },
  {
    answer: "Unable to locate credentials",
    meaning: "The pod was made without role and token: the webhook did not change it.",
    remedy:
      "Look whether the webhook runs and does not exclude the namespace, and whether the ServiceAccount had its annotation before the pod was made; then delete the Job and apply it again.",
  },
  {
    answer: "No OpenIDConnect provider found in your account",
    meaning: "The token's issuer is not the URL of an identity provider in the role's account.",
    remedy:
      "Compare the API server's service-account-issuer with the identity provider's URL, to the byte; a pod that is older than the change keeps a token of the former issuer.",
  },
  {
    answer: "Couldn't retrieve verification key from your identity provider",
    meaning:
      "AWS could not read the discovery document or the JWKS, or the token's key is not in it.",
    remedy:
      "Fetch both documents without credentials; compare the 'kid' of the JWKS with that of kubectl get --raw /openid/v1/jwks.",
  },
  {
    answer: "OpenIDConnect provider's HTTPS certificate doesn't match configured thumbprint",
    meaning:
      "The host's certificate is not one that AWS trusts, and its thumbprint is not the configured one.",
    remedy: "Correct the identity provider's thumbprints.",
  },
  {
    answer: "Incorrect token audience",
    meaning: "The token's audience is not among the identity provider's client IDs.",
    remedy:
      "Make the webhook's audience, or the ServiceAccount's annotation, one of the provider's client IDs: sts.amazonaws.com.",
  },
  {
    answer: "ExpiredTokenException",
    meaning: "The token is older than its lifetime, or clocks differ.",
    remedy: "Check the clocks of the control-plane nodes.",
  },
  {
    answer: "Not authorized to perform sts:AssumeRoleWithWebIdentity",
    meaning: "AWS believes the token, but the role's trust policy does not allow it.",
    remedy:
      "Compare 'sub' (system:serviceaccount:NAMESPACE:NAME) and 'aud' in the trust policy, and its provider ARN and condition keys, with the issuer's host and path.",
  },
  {
    answer: "AccessDenied",
    meaning: "At the bucket: the role was assumed, its permissions do not allow listing.",
    remedy: "Allow the role s3:ListBucket on the bucket.",
  },
  {
    answer: "NoSuchBucket",
    meaning: "The role was assumed; there is no such bucket.",
    remedy: "Correct the bucket's name.",
  },
];

/**
 * The meaning of the first answer that a Job's log holds; nothing for a log that holds none.
 *
 * @example
 * explainSmokeTestLog("… Incorrect token audience")?.answer; // "Incorrect token audience"
 */
export function explainSmokeTestLog(log: string): SmokeTestAnswer | undefined {
  const failures = smokeTestAnswers.slice(1);
  return (
    failures.find(({ answer }) => log.includes(answer)) ??
    smokeTestAnswers.find(({ answer }) => log.includes(answer))
  );
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
