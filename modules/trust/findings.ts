import type { Finding, Severity } from "../validation";

/** What a decision can find, apart from the values it finds it in. */
export interface TrustRule {
  /** Stable across releases. */
  readonly code: string;
  /** @default "error" */
  readonly severity?: Severity;
  /** What the finding means, in one sentence. */
  readonly means: string;
  /**
   * What to do.
   * @default - nothing to do
   */
  readonly remedy?: string;
  /**
   * What AWS STS answers in this case.
   * @default - STS never sees it
   */
  readonly answer?: string;
}

const noProvider = "InvalidIdentityToken: No OpenIDConnect provider found in your account";
const noKey =
  "InvalidIdentityToken: Couldn't retrieve verification key from your identity provider";
const noToken = "InvalidIdentityToken: The ID Token provided is not a valid JWT";
const notAuthorized = "AccessDenied: Not authorized to perform sts:AssumeRoleWithWebIdentity";
const notStored = "MalformedPolicyDocument, when the policy is written";

/**
 * Every rule that a decision follows, in the order in which STS and IAM look: provider and documents,
 * token, trust policy. `docs/reference/findings.md` is written from this table.
 *
 * @see {@link https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html#API_AssumeRoleWithWebIdentity_Errors AssumeRoleWithWebIdentity, errors}
 *
 * @example
 * trustRules.allowed.code; // "IRSA-TRUST-ALLOWED"
 */
export const trustRules = {
  providerUrl: {
    code: "IRSA-TRUST-PROVIDER-URL",
    means: "The identity provider's URL does not begin with https://.",
    remedy: "Register the issuer's https URL.",
    answer: noProvider,
  },
  providerArn: {
    code: "IRSA-TRUST-PROVIDER-ARN",
    means: "The identity provider's ARN does not end with the host and path of its URL.",
    remedy: "Use the ARN of the provider that has this URL; it contains the path, too.",
    answer: noProvider,
  },
  discoveryForm: {
    code: "IRSA-TRUST-DISCOVERY-FORM",
    means: "The discovery document is not a JSON object.",
    remedy:
      "Publish the discovery document again; fetch it without credentials to see what is read.",
    answer: noKey,
  },
  discoveryIssuer: {
    code: "IRSA-TRUST-DISCOVERY-ISSUER",
    means: "The discovery document's issuer is not, byte by byte, the identity provider's URL.",
    remedy: "Publish the discovery document of this issuer at this URL.",
    answer: noKey,
  },
  discoveryJwksUri: {
    code: "IRSA-TRUST-DISCOVERY-JWKS-URI",
    means: "The discovery document does not say at which https URL the JWKS is.",
    remedy: "Publish the discovery document again.",
    answer: noKey,
  },
  jwksForm: {
    code: "IRSA-TRUST-JWKS-FORM",
    means: "The JWKS is not a JSON object.",
    remedy: "Publish the JWKS again; fetch it without credentials to see what is read.",
    answer: noKey,
  },
  tokenForm: {
    code: "IRSA-TRUST-TOKEN-FORM",
    means: "The token is not a signed JWT.",
    remedy: "Give the content of the projected token file, without white space around it.",
    answer: noToken,
  },
  tokenAlgorithm: {
    code: "IRSA-TRUST-TOKEN-ALGORITHM",
    means: "STS does not accept the token's signature algorithm.",
    remedy: "Sign with an RSA key, or an EC key on P-256, P-384 or P-521.",
    answer: noToken,
  },
  tokenKey: {
    code: "IRSA-TRUST-TOKEN-KEY",
    means: "The JWKS does not contain the key that signed the token.",
    remedy:
      "Publish the public half of the key that the API server signs with; compare with kubectl get --raw /openid/v1/jwks.",
    answer: noKey,
  },
  keyUse: {
    code: "IRSA-TRUST-KEY-USE",
    means: "The published key is not for signatures.",
    remedy: 'Publish the key with "use": "sig".',
    answer: noKey,
  },
  keyAlgorithm: {
    code: "IRSA-TRUST-KEY-ALGORITHM",
    means: "The published key is for another algorithm than the token's.",
    remedy: "Publish the key with the algorithm that the API server signs with.",
    answer: noKey,
  },
  keyEncoding: {
    code: "IRSA-TRUST-KEY-ENCODING",
    means:
      "A number of the published key is not base64url of minimal length: it has padding, line breaks or a leading zero byte.",
    remedy: "Let this project compute the JWKS; `base64` wraps lines unless called with `-w0`.",
    answer: noKey,
  },
  signature: {
    code: "IRSA-TRUST-SIGNATURE",
    means: "The token's signature is not one of the published key.",
    remedy:
      "Publish the public half of the key that the API server signs with; its kid has been reused for another key.",
    answer: noKey,
  },
  tokenPayload: {
    code: "IRSA-TRUST-TOKEN-PAYLOAD",
    means: "The token's payload is not a JSON object.",
    remedy: "Give a ServiceAccount token.",
    answer: noToken,
  },
  issuer: {
    code: "IRSA-TRUST-ISSUER",
    means: "The token's issuer is not, byte by byte, the identity provider's URL.",
    remedy:
      "Set the API server's first --service-account-issuer to the provider's URL, then restart the pod: its token may be from before the change.",
    answer: noProvider,
  },
  audience: {
    code: "IRSA-TRUST-AUDIENCE",
    means: "The identity provider does not accept the token's audience.",
    remedy:
      "Use one of the provider's client IDs as the webhook's token audience, or add the token's audience to the provider.",
    answer: "InvalidIdentityToken: Incorrect token audience",
  },
  audiences: {
    code: "IRSA-TRUST-AUDIENCES",
    means: "The token has several audiences and no authorized party.",
    remedy: "Mount a token with one audience, as the webhook does.",
    answer: "InvalidIdentityToken: more than one audience while authorized party is not present",
  },
  subject: {
    code: "IRSA-TRUST-SUBJECT",
    means: "The token has no subject.",
    remedy: "Give a ServiceAccount token of the TokenRequest API.",
    answer: "InvalidIdentityToken: Missing a required claim: sub",
  },
  expiry: {
    code: "IRSA-TRUST-EXPIRY",
    means: "The token does not say when it expires.",
    remedy: "Mount a projected token; tokens from Secrets have no expiry.",
    answer: "InvalidIdentityToken: Missing a required claim: exp",
  },
  expired: {
    code: "IRSA-TRUST-EXPIRED",
    means: "The token has expired.",
    remedy:
      "Read the token file again: the kubelet renews it. If it is new, compare the clocks of the control-plane nodes with AWS.",
    answer: "ExpiredTokenException",
  },
  notYetValid: {
    code: "IRSA-TRUST-NOT-YET-VALID",
    means: "The token is not valid yet.",
    remedy: "Compare the clocks of the control-plane nodes with AWS.",
    answer: "InvalidIdentityToken: Token issued in the future",
  },
  policyForm: {
    code: "IRSA-TRUST-POLICY-FORM",
    means: "The trust policy is not one that IAM stores.",
    remedy: "Correct the policy.",
    answer: notStored,
  },
  conditionOperator: {
    code: "IRSA-TRUST-CONDITION-OPERATOR",
    means: "The trust policy has a condition operator that IAM does not know.",
    remedy: "Use an operator of IAM, such as StringEquals or StringLike, in its exact spelling.",
    answer: notStored,
  },
  denied: {
    code: "IRSA-TRUST-DENIED",
    means: "A Deny statement applies, or it cannot be ruled out that it does.",
    remedy: "Narrow the Deny statement, if this ServiceAccount should assume the role.",
    answer: notAuthorized,
  },
  notAllowed: {
    code: "IRSA-TRUST-NOT-ALLOWED",
    means: "No statement of the trust policy allows the request; the findings after it say why.",
    remedy: "Add the ServiceAccount to the role, or use the role's own ServiceAccount.",
    answer: notAuthorized,
  },
  principal: {
    code: "IRSA-TRUST-PRINCIPAL",
    means: "A statement trusts another principal than the identity provider.",
    remedy:
      "Name the provider's ARN as the Federated principal: same account, same partition, host and path of the issuer.",
    answer: notAuthorized,
  },
  action: {
    code: "IRSA-TRUST-ACTION",
    means: "A statement is about another action.",
    remedy: "Allow sts:AssumeRoleWithWebIdentity.",
    answer: notAuthorized,
  },
  condition: {
    code: "IRSA-TRUST-CONDITION",
    means: "A condition of a statement wants another value than the token has.",
    remedy: "Compare namespace, ServiceAccount and audience with the trust policy's condition.",
    answer: notAuthorized,
  },
  wildcard: {
    code: "IRSA-TRUST-WILDCARD",
    means: "A condition has a wildcard under an operator that takes it literally.",
    remedy: "Use StringLike for this key.",
    answer: notAuthorized,
  },
  conditionKey: {
    code: "IRSA-TRUST-CONDITION-KEY",
    means: "A condition asks for a key that the request does not have.",
    remedy: "Begin the key with the issuer's host and path, without https://, as in HOST/PATH:sub.",
    answer: notAuthorized,
  },
  undecided: {
    code: "IRSA-TRUST-UNDECIDED",
    severity: "warning",
    means:
      "A part of a statement depends on what is not known here, so it does not count as allowed.",
    remedy: "Try the call itself, or state the condition with the issuer's own keys.",
  },
  allowed: {
    code: "IRSA-TRUST-ALLOWED",
    severity: "info",
    means: "A statement of the trust policy allows the request.",
  },
} as const satisfies Readonly<Record<string, TrustRule>>;

/** The name of a rule in the table. */
export type TrustRuleName = keyof typeof trustRules;

/**
 * A finding of a rule of the table.
 *
 * @param what where, and what is wrong there; one sentence without a full stop
 */
export function report(
  name: TrustRuleName,
  what: string,
  compared: Pick<Finding, "expected" | "actual"> = {},
): Finding {
  const { code, severity = "error", remedy }: TrustRule = trustRules[name];
  return { code, severity, what, ...compared, ...(remedy === undefined ? {} : { remedy }) };
}
