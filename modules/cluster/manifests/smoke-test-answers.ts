import { type Finding, redactKeyMaterial, type Severity } from "../../validation";

/** An answer in the log of the smoke test, or of any SDK that assumes a role with a token. */
export interface SmokeTestAnswer {
  /** Stable across releases. */
  readonly code: string;
  readonly severity: Severity;
  /** As the AWS CLI prints it, as far as it is always the same. */
  readonly answer: string;
  /** What it means. */
  readonly what: string;
  /**
   * What AWS asks for.
   * @default - nothing more than `what` says
   */
  readonly expected?: string;
  /**
   * What to do about it.
   * @default - nothing to do
   */
  readonly remedy?: string;
}

/** A row of the table. */
interface Row extends Omit<SmokeTestAnswer, "severity"> {
  /** @default "error" */
  readonly severity?: Severity;
  /** Finds the answer in a line, whichever SDK has printed it. */
  readonly pattern: RegExp;
  /**
   * Whether a diagnosis of the cluster shows the cause.
   * @default true
   */
  readonly isDiagnosed?: boolean;
}

/** What shows which of several causes it is. */
const diagnosis = "To be sure, run irsa doctor CLUSTER --service-account NAMESPACE/NAME.";

/**
 * Of several answers in one line the first counts, so that a more precise one comes before a more
 * general one.
 *
 * @see {@link https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html#API_AssumeRoleWithWebIdentity_Errors AssumeRoleWithWebIdentity, errors}
 */
const rows: readonly Row[] = [
  {
    code: "IRSA-ANSWER-NO-PROVIDER",
    answer: "No OpenIDConnect provider found in your account",
    pattern: /No OpenIDConnect provider found in your account/i,
    what: "The token's issuer is not the URL of an identity provider in the role's account",
    expected:
      "an identity provider in the role's account whose URL is the token's issuer, to the byte",
    remedy:
      "Compare the API server's service-account-issuer with the identity provider's URL, to the byte, and the account in the role's ARN; a pod that is older than the change keeps a token of the former issuer.",
  },
  {
    code: "IRSA-ANSWER-VERIFICATION-KEY",
    answer: "Couldn't retrieve verification key from your identity provider",
    pattern: /retrieve verification key from your identity provider/i,
    what: "AWS could not read the discovery document or the JWKS within 5 seconds, or the token's key is not in it",
    expected:
      "both documents, for everyone, without a redirect, within 5 seconds, and the token's key in the JWKS",
    remedy:
      "Fetch both documents without credentials and without following redirects; compare the 'kid' of the JWKS with that of kubectl get --raw /openid/v1/jwks on each API server.",
  },
  {
    code: "IRSA-ANSWER-THUMBPRINT",
    answer: "HTTPS certificate doesn't match configured thumbprint",
    pattern: /HTTPS certificate doesn't match configured thumbprint/i,
    what: "The host's certificate is not one that AWS trusts, and its thumbprint is not the configured one",
    expected: "a certificate of a certificate authority that AWS trusts",
    remedy:
      "Use a certificate of a public certificate authority, or set the thumbprint of the chain's top intermediate.",
  },
  {
    code: "IRSA-ANSWER-AUDIENCE",
    answer: "Incorrect token audience",
    pattern: /Incorrect token audience/i,
    what: "The token's audience is not among the identity provider's client IDs",
    expected: "an audience among the identity provider's client IDs, such as sts.amazonaws.com",
    remedy:
      "Make the webhook's audience, or the ServiceAccount's annotation, one of the provider's client IDs: sts.amazonaws.com.",
  },
  {
    code: "IRSA-ANSWER-AUDIENCES",
    answer: "more than one audience",
    pattern: /more than one audience/i,
    what: "The token has several audiences, and STS takes one",
    expected: "one audience",
    remedy: "Ask for one audience in the projected volume, such as sts.amazonaws.com.",
  },
  {
    code: "IRSA-ANSWER-TOKEN-INVALID",
    answer: "The web identity token provided could not be validated",
    pattern: /web identity token (that was )?(provided|passed) could not be validated/i,
    what: "AWS does not believe the token: its issuer, its key or its audience is not the identity provider's",
    expected: "a token of an identity provider of the role's account",
    remedy:
      "Compare the token's iss, kid and aud with the identity provider and the published JWKS.",
  },
  {
    code: "IRSA-ANSWER-NO-JWT",
    answer: "The ID Token provided is not a valid JWT",
    pattern: /The ID Token provided is not a valid JWT/i,
    what: "What was sent is not a token, or is signed with an algorithm that STS does not take",
    expected: "a token signed with RS256, RS384, RS512, ES256, ES384 or ES512",
    remedy:
      "Look at the file that AWS_WEB_IDENTITY_TOKEN_FILE names: three parts with dots and no line break; an RSA or an EC key signs (RS256, ES256, ES384, ES512).",
  },
  {
    code: "IRSA-ANSWER-MISSING-CLAIM",
    answer: "Missing a required claim",
    pattern: /Missing a required claim/i,
    what: "The token is of a Secret (iss: kubernetes/serviceaccount), without audience and expiry",
    expected: "the claims aud, exp, iat, iss and sub",
    remedy: "Use a projected token, as the webhook mounts it, in place of the Secret's.",
  },
  {
    code: "IRSA-ANSWER-LOGIN-WITH-AMAZON",
    answer: "Provided Token is not a Login With Amazon token",
    pattern: /not a Login With Amazon token/i,
    what: "The request names a provider, or the file contains no JWT",
    expected: "a JWT without white space around it, and no provider ID",
    remedy:
      "Leave out --provider-id, and look whether the token file is whole and without white space around it.",
  },
  {
    code: "IRSA-ANSWER-FUTURE",
    answer: "issued in the future",
    pattern: /issued in the future/i,
    what: "The clock of the API server is ahead of AWS",
    expected: "a time of issue that has passed on AWS's clock",
    remedy: "Synchronize the clocks of the control-plane nodes.",
  },
  {
    code: "IRSA-ANSWER-EXPIRED",
    answer: "ExpiredToken",
    pattern:
      /ExpiredToken|Token expired: current date|Token too old|security token included in the request is expired/i,
    what: "The token is older than its lifetime: its file is not read again, or clocks differ",
    expected: "a token that has not expired on AWS's clock",
    remedy:
      "Update an SDK that reads the file once only, restart the pod, and check the clocks of the control-plane nodes.",
  },
  {
    code: "IRSA-ANSWER-ROLE-ARN",
    answer: "Request ARN is invalid",
    pattern:
      /Request ARN is invalid|at 'roleArn' failed to satisfy constraint|role ARN is not set/i,
    what: "The role's ARN is misspelt, or of another partition than the endpoint",
    expected: "arn:PARTITION:iam::ACCOUNT:role/NAME",
    remedy: "Correct the annotation eks.amazonaws.com/role-arn, and the region of the pod.",
  },
  {
    code: "IRSA-ANSWER-DURATION",
    answer: "DurationSeconds exceeds the MaxSessionDuration",
    pattern: /DurationSeconds exceeds the MaxSessionDuration/i,
    isDiagnosed: false,
    what: "The pod asks for a longer session than the role allows",
    remedy: "Raise the role's maxSessionDuration, or ask for less.",
  },
  {
    code: "IRSA-ANSWER-PROVIDER-UNREACHABLE",
    answer: "IDPCommunicationError",
    pattern: /IDPCommunicationError/i,
    what: "AWS could not reach the host of the documents",
    remedy:
      "Try again; if it stays, fetch the documents from outside of your network, and look at the host's limits.",
  },
  {
    code: "IRSA-ANSWER-REJECTED",
    answer: "IDPRejectedClaim",
    pattern: /IDPRejectedClaim/i,
    what: "The identity provider's documents do not accept the token",
    remedy: "Check issuer and jwks_uri of the discovery document, to the byte.",
  },
  {
    code: "IRSA-ANSWER-REGION-DISABLED",
    answer: "RegionDisabledException",
    pattern: /RegionDisabledException|STS is not activated in this region/i,
    isDiagnosed: false,
    what: "STS is switched off in this region for the account",
    remedy: "Switch it on under IAM, account settings, or use another region.",
  },
  {
    code: "IRSA-ANSWER-POLICY-SIZE",
    answer: "PackedPolicyTooLarge",
    pattern: /PackedPolicyTooLarge/i,
    isDiagnosed: false,
    what: "Session policies and tags are too long",
    remedy: "Shorten the session policy that the workload passes.",
  },
  {
    code: "IRSA-ANSWER-POLICY-FORM",
    answer: "MalformedPolicyDocument",
    pattern: /MalformedPolicyDocument/i,
    isDiagnosed: false,
    what: "A policy that the workload passes, or that is written, is not valid",
    remedy: "Correct the policy that the message names.",
  },
  {
    code: "IRSA-ANSWER-ORGANIZATION-POLICY",
    answer: "explicit deny in a service control policy",
    pattern: /explicit deny in a (service|resource) control policy/i,
    isDiagnosed: false,
    what: "A policy of the organization (SCP, RCP) forbids the action",
    remedy: "Ask who manages the organization's policies; the role and its trust policy are right.",
  },
  {
    code: "IRSA-ANSWER-NOT-AUTHORIZED",
    answer: "Not authorized to perform sts:AssumeRoleWithWebIdentity",
    pattern: /Not authorized to perform:? sts:AssumeRoleWithWebIdentity/i,
    what: "AWS believes the token, but the role does not exist, its trust policy does not allow it, or an organization's policy (SCP, RCP) forbids it",
    expected: "a trust policy that allows the token's issuer, sub and aud",
    remedy:
      "Compare 'sub' (system:serviceaccount:NAMESPACE:NAME) and 'aud' in the trust policy, and its provider ARN and condition keys, with the issuer's host and path. If all agree, ask who manages the organization's service control policies.",
  },
  {
    code: "IRSA-ANSWER-TOKEN-FILE",
    answer: "No such file or directory: '/var/run/secrets/eks.amazonaws.com/serviceaccount/token'",
    pattern:
      /(no such file or directory|ENOENT|NoSuchFileException)[^\n]*serviceaccount\/token|serviceaccount\/token[^\n]*no such file/i,
    what: "The pod has the token's path, and no token there: its own template sets the variables, so that the webhook leaves the pod as it is",
    expected: "a projected token at the path in AWS_WEB_IDENTITY_TOKEN_FILE",
    remedy:
      "Remove AWS_ROLE_ARN and AWS_WEB_IDENTITY_TOKEN_FILE from the pod's template: the webhook sets them, and mounts the token.",
  },
  {
    code: "IRSA-ANSWER-TOKEN-PERMISSION",
    answer: "Permission denied: '/var/run/secrets/eks.amazonaws.com/serviceaccount/token'",
    pattern:
      /(permission denied|EACCES|AccessDeniedException)[^\n]*serviceaccount\/token|serviceaccount\/token[^\n]*permission denied/i,
    what: "The container's user may not read the token",
    expected: "a token that the container's user may read",
    remedy: "Set securityContext.fsGroup of the pod.",
  },
  {
    code: "IRSA-ANSWER-SDK-MODULE",
    answer: "To use web identity tokens, the 'sts' service module must be on the class path",
    pattern: /sts'? (service )?module must be on the class ?path/i,
    isDiagnosed: false,
    what: "The workload's Java SDK cannot use tokens: its STS module is missing, so that it goes on to the node's role",
    remedy:
      "Add software.amazon.awssdk:sts (Java SDK 2) or com.amazonaws:aws-java-sdk-sts (1) to the workload.",
  },
  {
    code: "IRSA-ANSWER-NO-CREDENTIALS",
    answer: "Unable to locate credentials",
    pattern:
      /Unable to locate credentials|NoCredentialProviders|no valid credential sources|failed to refresh cached credentials(?!.*(operation error STS|dial tcp))|(Unable to|Could not) load (AWS )?credentials from any|Missing credentials in config|no providers in chain provided credentials|MissingAuthenticationToken|no EC2 IMDS role found|EC2Metadata(Request)?Error/i,
    what: "The pod was made without role and token: the webhook did not change it",
    expected: "AWS_ROLE_ARN and AWS_WEB_IDENTITY_TOKEN_FILE in the pod",
    remedy:
      "Look whether the webhook runs and does not exclude the namespace, and whether the ServiceAccount had its annotation before the pod was made; then delete the Job and apply it again.",
  },
  {
    code: "IRSA-ANSWER-WEBHOOK-CALL",
    answer: "failed calling webhook",
    pattern: /failed calling webhook|failing open [\w.-]*pod-identity-webhook/i,
    what: "The API server cannot call the webhook, so that pods start without role and token, or not at all",
    expected:
      "a webhook that the API servers reach, with a certificate of the authority in its caBundle",
    remedy:
      "Read what follows in the message: a certificate (is cert-manager's cainjector running?), a time-out (network policy, firewall), no endpoints (do the webhook's pods run?).",
  },
  {
    code: "IRSA-ANSWER-PROXY",
    answer: "proxyconnect tcp",
    pattern:
      /proxyconnect tcp|tunneling socket could not be established|Failed to connect to proxy URL|Proxy Authentication Required/i,
    isDiagnosed: false,
    what: "The pod goes through a proxy, which does not let it reach STS",
    remedy:
      "Correct HTTPS_PROXY, let the proxy pass sts.REGION.amazonaws.com, or name it in NO_PROXY.",
  },
  {
    code: "IRSA-ANSWER-TLS",
    answer: "certificate signed by unknown authority",
    pattern:
      /x509: certificate (signed by unknown authority|has expired)|CERTIFICATE_VERIFY_FAILED|self[- ]signed certificate in certificate chain|unable to get local issuer certificate|PKIX path building failed/i,
    isDiagnosed: false,
    what: "The container does not trust the certificate of STS: its image has no authorities, or a proxy breaks TLS open",
    remedy:
      "Install ca-certificates in the image, or give it the proxy's authority (AWS_CA_BUNDLE, NODE_EXTRA_CA_CERTS, SSL_CERT_FILE).",
  },
  {
    code: "IRSA-ANSWER-REGION",
    answer: "You must specify a region",
    pattern:
      /Missing ?Region|could not find region|You must specify a region|Region is missing|Unable to find a region via the region provider chain|https:\/\/sts\.\./i,
    what: "The SDK does not know which region's STS to call",
    expected: "AWS_REGION in the pod",
    remedy:
      "Set the webhook's default region (config.defaultAwsRegion), then make the pod anew; or set AWS_REGION in its template.",
  },
  {
    code: "IRSA-ANSWER-THROTTLED",
    answer: "Throttling: Rate exceeded",
    pattern: /Throttling(Exception)?\b|Rate exceeded/i,
    isDiagnosed: false,
    what: "The account calls AWS more often than it may",
    remedy:
      "Let the SDK retry, and keep credentials until they expire instead of asking for each call.",
  },
  {
    code: "IRSA-ANSWER-TIMEOUT",
    answer: "Connect timeout on endpoint URL",
    pattern:
      /time-?out on endpoint URL|i\/o timeout|ETIMEDOUT|connect timed out|context deadline exceeded/i,
    isDiagnosed: false,
    what: "The pod does not get an answer of STS in time",
    remedy:
      "Let the pod reach sts.REGION.amazonaws.com on port 443, and look at network policies, proxy and DNS.",
  },
  {
    code: "IRSA-ANSWER-NO-ROUTE",
    answer: "Could not connect to the endpoint URL",
    pattern:
      /Could not connect to the endpoint URL|no such host|\bENOTFOUND\b|dns error|failed to lookup address|UnknownHostException|dial tcp|RequestError: send request failed/i,
    isDiagnosed: false,
    what: "The pod does not reach STS: no egress, no DNS, or no endpoint in the network",
    remedy:
      "Let the pod reach sts.REGION.amazonaws.com on port 443, and look at network policies, proxy and DNS.",
  },
  {
    code: "IRSA-ANSWER-CLOCK",
    answer: "Signature expired",
    pattern: /Signature (expired|not yet current)|RequestTimeTooSkewed|RequestExpired/i,
    isDiagnosed: false,
    what: "The clock of the node is off: AWS takes signed requests within 5 minutes",
    remedy: "Synchronize the clock of the node that the pod runs on.",
  },
  {
    code: "IRSA-ANSWER-OTHER-CREDENTIALS",
    answer: ":user/",
    pattern: /:user\/|InvalidClientTokenId|UnrecognizedClientException|SignatureDoesNotMatch/,
    what: "Static keys win: AWS_ACCESS_KEY_ID is set in the pod, so that the token is not used",
    expected: "the role of the ServiceAccount",
    remedy: "Remove AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY from env and envFrom.",
  },
  {
    code: "IRSA-ANSWER-NODE-ROLE",
    answer: ":assumed-role/NODE-ROLE/i-",
    pattern: /:assumed-role\/[\w+=,.@-]+\/i-[0-9a-f]{8,17}\b/,
    what: "The pod acts as the role of its node: the webhook did not change the pod",
    expected: "the role of the ServiceAccount",
    remedy:
      "Look whether the webhook runs and does not exclude the namespace, and whether the ServiceAccount had its annotation before the pod was made; then delete the pod and let it come back.",
  },
  {
    code: "IRSA-ANSWER-UNAUTHORIZED",
    answer: "Unauthorized",
    pattern: /\bUnauthorized\b/,
    what: "The Kubernetes API refuses a token: its issuer, key or audience is no longer accepted",
    remedy:
      "Keep the former issuer, key and audiences accepted while tokens of theirs are in use; restart the pods.",
  },
  {
    code: "IRSA-ANSWER-ACTION-DENIED",
    answer: "AccessDenied",
    pattern: /AccessDenied(Exception)?[):]|Access Denied \(Service/,
    isDiagnosed: false,
    what: "The role was assumed; its permissions, or the policy of the resource, do not allow the action",
    remedy:
      "Allow the action in the role's permissions; for the smoke test that is s3:ListBucket on the bucket.",
  },
  {
    code: "IRSA-ANSWER-NO-BUCKET",
    answer: "NoSuchBucket",
    pattern: /NoSuchBucket/i,
    isDiagnosed: false,
    what: "The role was assumed; there is no such bucket",
    remedy: "Correct the bucket's name.",
  },
  {
    code: "IRSA-ANSWER-ASSUMED",
    answer: ":assumed-role/",
    pattern: /:assumed-role\//,
    severity: "info",
    what: "The role was assumed: issuer, documents, key, audience and trust policy are right",
  },
];

/**
 * What the answers of the smoke test mean.
 *
 * @example
 * smokeTestAnswers.map(({ answer }) => answer).includes("NoSuchBucket"); // true
 */
export const smokeTestAnswers: readonly SmokeTestAnswer[] = rows.map(
  ({ code, severity = "error", answer, what, expected, remedy, isDiagnosed = true }) => ({
    code,
    severity,
    answer,
    what,
    ...(expected !== undefined && { expected }),
    ...(remedy !== undefined && { remedy: isDiagnosed ? `${remedy} ${diagnosis}` : remedy }),
  }),
);

/** Longer answers are cut. */
const maxLength = 200;

/**
 * What a log of the smoke test, or of any AWS SDK, means.
 *
 * @returns a finding for each answer in the log, once: errors first, then in the order of the log; none for a
 * log without a known answer
 *
 * @example
 * explainLog("… Incorrect token audience").map(({ code }) => code); // ["IRSA-ANSWER-AUDIENCE"]
 */
export function explainLog(log: string): Finding[] {
  const found = new Map<string, Finding>();
  for (const line of log.split(/\r?\n/)) {
    const index = rows.findIndex(({ pattern }) => pattern.test(line));
    const [row, known] = [rows[index], smokeTestAnswers[index]];
    if (row === undefined || known === undefined || found.has(row.code)) continue;
    const { answer: _, ...finding } = known;
    const said = redactKeyMaterial(line.slice(line.search(row.pattern)).trim());
    found.set(row.code, { ...finding, actual: said.slice(0, maxLength) });
  }
  const isError = ({ severity }: Finding): boolean => severity === "error";
  const findings = [...found.values()];
  return [...findings.filter(isError), ...findings.filter((finding) => !isError(finding))];
}

/**
 * The answers as text to read.
 *
 * @example
 * console.log(formatSmokeTestAnswers());
 */
export function formatSmokeTestAnswers(): string {
  return smokeTestAnswers
    .map(({ answer, what, remedy }) =>
      [answer, `  ${what}.`, ...(remedy === undefined ? [] : [`  ${remedy}`])].join("\n"),
    )
    .join("\n\n")
    .concat("\n");
}
