import { explainLog, formatSmokeTestAnswers, smokeTestAnswers } from "../../../../modules/cluster";
import { expectGolden } from "../golden";

/** As the AWS CLI and boto3 print it. */
const cli = (code: string, message: string, operation = "AssumeRoleWithWebIdentity") =>
  `An error occurred (${code}) when calling the ${operation} operation: ${message}`;
const goV2 = (status: number, code: string, message: string) =>
  `failed to refresh cached credentials, failed to retrieve credentials, operation error STS: AssumeRoleWithWebIdentity, https response error StatusCode: ${status}, RequestID: 4a8524d5-fc0e-46ff-9000-fd823d1b8661, api error ${code}: ${message}`;
const goV1 = (code: string, message: string) =>
  `WebIdentityErr: failed to retrieve credentials\ncaused by: ${code}: ${message}\n\tstatus code: 400, request id: 1fd1964b-1544-11ea-ba37-99c3c1dede42`;
const java = (exception: string, message: string) =>
  `software.amazon.awssdk.services.sts.model.${exception}: ${message} (Service: Sts, Status Code: 400, Request ID: 22679931-6a1d-4db3-abd0-a189de181809)`;
const javaScript = (code: string, message: string) =>
  `${code}: ${message}\n    at throwDefaultError (/app/node_modules/@smithy/smithy-client/dist-cjs/index.js:867:20)`;
const xml = (code: string, message: string) =>
  `<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">\n  <Error>\n    <Type>Sender</Type>\n    <Code>${code}</Code>\n    <Message>${message}</Message>\n  </Error>\n</ErrorResponse>`;

const noProvider =
  "No OpenIDConnect provider found in your account for https://oidc.acme.example/prod";
const noKey =
  "Couldn't retrieve verification key from your identity provider,  please reference AssumeRoleWithWebIdentity documentation for requirements";
const notAuthorized = "Not authorized to perform sts:AssumeRoleWithWebIdentity";
const token = "/var/run/secrets/eks.amazonaws.com/serviceaccount/token";
const caller = (arn: string) =>
  JSON.stringify({ UserId: "AROAEXAMPLE:x", Account: "111122223333", Arn: arn }, undefined, 4);
const policy = "arn:aws:organizations::111122223333:policy/o-abc/service_control_policy/p-xyz";

/** What real logs contain, by what it means. */
const logs: Readonly<Record<string, readonly string[]>> = {
  ASSUMED: [caller("arn:aws:sts::111122223333:assumed-role/prod-app/botocore-session-1760086401")],
  "NODE-ROLE": [
    caller("arn:aws:sts::111122223333:assumed-role/worker-nodes/i-0abcd1234ef567890"),
    cli(
      "AccessDenied",
      "User: arn:aws:sts::111122223333:assumed-role/nodes/i-0abcd1234ef567890 is not authorized to perform: route53:ListHostedZones",
      "ListHostedZones",
    ),
    caller("arn:aws-cn:sts::111122223333:assumed-role/worker/i-1a2b3c4d"),
  ],
  "OTHER-CREDENTIALS": [
    caller("arn:aws:iam::111122223333:user/ci"),
    cli(
      "AccessDenied",
      "User: arn:aws:iam::111122223333:user/ci is not authorized to perform: s3:ListBucket",
      "ListObjectsV2",
    ),
    cli(
      "InvalidClientTokenId",
      "The security token included in the request is invalid.",
      "GetCallerIdentity",
    ),
  ],
  "NOT-AUTHORIZED": [
    cli("AccessDenied", notAuthorized),
    goV2(403, "AccessDenied", notAuthorized),
    goV1("AccessDenied", notAuthorized),
    java("StsException", notAuthorized),
    javaScript("AccessDenied", notAuthorized),
    xml("AccessDenied", notAuthorized),
    cli(
      "AccessDenied",
      "User: anonymous is not authorized to perform: sts:AssumeRoleWithWebIdentity on resource: arn:aws:iam::111122223333:role/app",
    ),
    `com.amazonaws.services.securitytoken.model.AWSSecurityTokenServiceException: ${notAuthorized} (Service: AWSSecurityTokenService; Status Code: 403; Error Code: AccessDenied; Request ID: 22679931-6a1d-4db3-abd0-a189de181809)`,
  ],
  "NO-PROVIDER": [
    cli("InvalidIdentityToken", noProvider),
    goV2(400, "InvalidIdentityToken", noProvider),
    javaScript("InvalidIdentityToken", noProvider),
  ],
  "VERIFICATION-KEY": [
    cli("InvalidIdentityToken", noKey),
    goV1("InvalidIdentityToken", noKey),
    xml("InvalidIdentityToken", noKey),
    `service error: unhandled error: Error { code: Some("InvalidIdentityToken"), message: Some("${noKey}"), request_id: "x" }`,
    noKey.toLowerCase(),
  ],
  THUMBPRINT: [
    cli(
      "InvalidIdentityToken",
      "OpenIDConnect provider's HTTPS certificate doesn't match configured thumbprint",
    ),
  ],
  AUDIENCE: [cli("InvalidIdentityToken", "Incorrect token audience")],
  AUDIENCES: [
    cli(
      "InvalidIdentityToken",
      "The token contains more than one audience while authorized party is not present",
    ),
  ],
  "TOKEN-INVALID": [
    goV2(400, "InvalidIdentityToken", "The web identity token provided could not be validated"),
    cli(
      "InvalidIdentityToken",
      "The web identity token that was passed could not be validated by AWS",
    ),
  ],
  "SDK-MODULE": [
    "WARN s.a.a.a.c.i.WebIdentityCredentialsUtils | To use web identity tokens, the 'sts' service module must be on the class path.",
    "com.amazonaws.SdkClientException: Unable to load AWS credentials from any provider in the chain: [WebIdentityTokenCredentialsProvider: To use assume role profiles the aws-java-sdk-sts module must be on the class path.]",
  ],
  "TOKEN-FILE": [
    `failed to retrieve jwt from provide source, unable to read file at ${token}: open ${token}: no such file or directory`,
    `WebIdentityErr: unable to read file at ${token} caused by: open ${token}: no such file or directory`,
    `Error: ENOENT: no such file or directory, open '${token}'`,
    `FileNotFoundError: [Errno 2] No such file or directory: '${token}'`,
    `java.nio.file.NoSuchFileException: ${token}`,
  ],
  "WEBHOOK-CALL": [
    'W1214 23:48:33.374702 1 dispatcher.go:170] Failed calling webhook, failing open pod-identity-webhook.amazonaws.com: failed calling webhook "pod-identity-webhook.amazonaws.com": Post "https://pod-identity-webhook.pod-identity-webhook.svc:443/mutate?timeout=30s": x509: certificate signed by unknown authority',
    'Error creating: Internal error occurred: failed calling webhook "pod-identity-webhook.amazonaws.com": context deadline exceeded',
  ],
  PROXY: [
    'Post "https://sts.eu-central-1.amazonaws.com/": proxyconnect tcp: dial tcp 10.0.0.9:3128: connect: connection refused',
    'Failed to connect to proxy URL: "http://proxy.acme.example:3128"',
  ],
  TLS: [
    'Post "https://sts.eu-central-1.amazonaws.com/": tls: failed to verify certificate: x509: certificate signed by unknown authority',
    "SSL validation failed for https://sts.eu-central-1.amazonaws.com/ [SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: self-signed certificate in certificate chain (_ssl.c:1006)",
    "Error: self-signed certificate in certificate chain",
    "javax.net.ssl.SSLHandshakeException: PKIX path building failed: unable to find valid certification path",
  ],
  REGION: [
    "MissingRegion: could not find region configuration",
    'You must specify a region. You can also configure your region by running "aws configure".',
    "failed to refresh cached credentials, failed to retrieve credentials, operation error STS: AssumeRoleWithWebIdentity, failed to resolve service endpoint, endpoint rule error, Invalid Configuration: Missing Region",
    "ValueError: Invalid endpoint: https://sts..amazonaws.com",
    "Error: Region is missing",
    "Unable to find a region via the region provider chain. Must provide an explicit region in the builder or setup environment to supply a region.",
  ],
  THROTTLED: [cli("Throttling", "Rate exceeded")],
  CLOCK: [
    cli(
      "SignatureDoesNotMatch",
      "Signature expired: 20260115T120000Z is now earlier than 20260115T121001Z",
      "GetCallerIdentity",
    ),
    cli(
      "RequestTimeTooSkewed",
      "The difference between the request time and the current time is too large.",
      "ListObjectsV2",
    ),
  ],
  "NO-JWT": [
    cli(
      "InvalidIdentityToken",
      "The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)",
    ),
  ],
  "MISSING-CLAIM": [
    cli("InvalidIdentityToken", "Missing a required claim: sub"),
    'Aws::STS::Errors::InvalidIdentityToken "Missing a required claim: aud"',
  ],
  "LOGIN-WITH-AMAZON": [
    "operation error STS: AssumeRoleWithWebIdentity, https response error StatusCode: 400, RequestID: f4570356-caf6-45a0-9033-bd1bbca3c63b, InvalidIdentityToken: Provided Token is not a Login With Amazon token",
    cli("InvalidIdentityToken", "Provided Token is not a Login With Amazon token"),
  ],
  FUTURE: [cli("InvalidIdentityToken", "Token issued in the future")],
  EXPIRED: [
    cli(
      "ExpiredTokenException",
      "Token expired: current date/time 1624482533 must be before the expiration date/time1624482335",
    ),
    java(
      "ExpiredTokenException",
      "Token expired: current date/time 1731098245 must be before the expiration date/time 1731095240",
    ),
    xml("ExpiredTokenException", "Token too old: 441398"),
  ],
  "ROLE-ARN": [
    cli("ValidationError", "Request ARN is invalid"),
    cli(
      "ValidationError",
      "1 validation error detected: Value 'prod-app' at 'roleArn' failed to satisfy constraint: Member must have length greater than or equal to 20",
    ),
    "WebIdentityErr: role ARN is not set",
  ],
  DURATION: [
    cli(
      "ValidationError",
      "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.",
    ),
  ],
  "PROVIDER-UNREACHABLE": [
    cli("IDPCommunicationError", "Error communicating with the identity provider"),
    "service error: IdpCommunicationErrorException: unhandled error (IDPCommunicationError)",
  ],
  REJECTED: [
    cli("IDPRejectedClaim", "The identity provider reported that authentication failed."),
    xml("IDPRejectedClaim", "graph.facebook.com responded with HTTP/1.1 400 Bad Request"),
  ],
  "REGION-DISABLED": [
    cli(
      "RegionDisabledException",
      "STS is not activated in this region for account:111122223333. Your account administrator can activate STS in this region using the IAM Console.",
    ),
  ],
  "POLICY-SIZE": [
    cli("PackedPolicyTooLarge", "Packed size of session tags consumes 102% of allotted space."),
  ],
  "POLICY-FORM": [cli("MalformedPolicyDocument", "The policy is not in the valid JSON format.")],
  "ORGANIZATION-POLICY": [
    cli(
      "AccessDenied",
      `User: arn:aws:sts::111122223333:assumed-role/app/x is not authorized to perform: s3:ListBucket on resource: "arn:aws:s3:::acme" with an explicit deny in a service control policy: ${policy}`,
      "ListObjectsV2",
    ),
    cli(
      "AccessDenied",
      "User: anonymous is not authorized to perform: sts:AssumeRoleWithWebIdentity on resource: arn:aws:iam::111122223333:role/app with an explicit deny in a resource control policy",
    ),
  ],
  "ACTION-DENIED": [
    cli(
      "AccessDenied",
      'User: arn:aws:sts::111122223333:assumed-role/app/x is not authorized to perform: s3:ListBucket on resource: "arn:aws:s3:::acme" because no identity-based policy allows the s3:ListBucket action',
      "ListObjectsV2",
    ),
    "software.amazon.awssdk.services.s3.model.S3Exception: Access Denied (Service: S3, Status Code: 403, Request ID: 0A1B)",
    "api error AccessDenied: Access Denied",
  ],
  "NO-BUCKET": [cli("NoSuchBucket", "The specified bucket does not exist", "ListObjectsV2")],
  "NO-CREDENTIALS": [
    'Unable to locate credentials. You can configure credentials by running "aws configure".',
    "CredentialsError: Missing credentials in config, if using AWS_CONFIG_FILE, set AWS_SDK_LOAD_CONFIG=1",
    "com.amazonaws.SdkClientException: Unable to load AWS credentials from any provider in the chain: [EnvironmentVariableCredentialsProvider: Unable to load AWS credentials from environment variables]",
    "the credential provider was not enabled: no providers in chain provided credentials",
    "https response error StatusCode: 400, RequestID: x, api error MissingAuthenticationTokenException: Missing Authentication Token",
    "get credentials: failed to refresh cached credentials, no EC2 IMDS role found, operation error ec2imds: GetMetadata, canceled, context deadline exceeded",
    "EC2MetadataRequestError: failed to get EC2 instance identity document",
    "NoCredentialProviders: no valid providers in chain. Deprecated.\n\tFor verbose messaging see aws.Config.CredentialsChainVerboseErrors",
    "CredentialsProviderError: Could not load credentials from any providers",
    "Unable to load credentials from any of the providers in the chain AwsCredentialsProviderChain",
    "operation error S3: ListBuckets, get identity: get credentials: failed to refresh cached credentials, no EC2 IMDS role found",
  ],
  "TOKEN-PERMISSION": [
    `[Errno 13] Permission denied: '${token}'`,
    `failed to retrieve jwt from provide source, unable to read file at ${token}: open ${token}: permission denied`,
    `Error: EACCES: permission denied, open '${token}'`,
    `java.nio.file.AccessDeniedException: ${token}`,
  ],
  "NO-ROUTE": [
    'Could not connect to the endpoint URL: "https://sts.eu-central-1.amazonaws.com/"',
    'caused by: Post "https://sts.eu-central-1.amazonaws.com/": dial tcp: lookup sts.eu-central-1.amazonaws.com on 10.96.0.10:53: no such host',
    "dispatch failure: io error: error trying to connect: dns error: failed to lookup address information",
    "Error: getaddrinfo ENOTFOUND sts.eu-central-1.amazonaws.com",
  ],
  TIMEOUT: [
    'Connect timeout on endpoint URL: "https://sts.eu-central-1.amazonaws.com/"',
    'Read timeout on endpoint URL: "https://sts.eu-central-1.amazonaws.com/"',
    "caused by: Post https://sts.amazonaws.com/: dial tcp 52.46.134.192:443: i/o timeout",
    "Could not assume role with OIDC: connect ETIMEDOUT 44.216.190.41:443",
    "Unable to execute HTTP request: Connect to sts.amazonaws.com:443 [sts.amazonaws.com/192.0.2.1] failed: connect timed out",
  ],
  UNAUTHORIZED: ["error: You must be logged in to the server (Unauthorized)"],
};

const each = Object.entries(logs).flatMap(([code, texts]) => texts.map((log) => [code, log]));

test.each(each)("%s is found in a log: %s", (code, log) => {
  const [finding, ...others] = explainLog(`Starting\n${log}\n`);
  expect(others).toEqual([]);
  expect(finding?.code).toBe(`IRSA-ANSWER-${code}`);
  expect(finding?.severity).toBe(code === "ASSUMED" ? "info" : "error");
  expect(log).toContain(finding?.actual);
});

test("each answer has such a log, a code of its own and, unless all is well, a remedy", () => {
  const codes = smokeTestAnswers.map(({ code }) => code.replace("IRSA-ANSWER-", ""));
  expect([...codes].sort()).toEqual(Object.keys(logs).sort());
  const done = smokeTestAnswers.filter(({ remedy }) => remedy === undefined);
  expect(done.map(({ code }) => code)).toEqual(["IRSA-ANSWER-ASSUMED"]);
  expectGolden("manifests/smoke-test-answers.txt", formatSmokeTestAnswers());
});

test("a finding says what AWS asks for and what the log says from the answer on, in one line", () => {
  expect(explainLog(`12:00 ${cli("InvalidIdentityToken", noProvider)}\n12:01 retry`)).toEqual([
    {
      code: "IRSA-ANSWER-NO-PROVIDER",
      severity: "error",
      what: expect.stringMatching(/^The token's issuer is not the URL .*[^.]$/) as unknown,
      expected: expect.stringContaining("whose URL is the token's issuer") as unknown,
      actual: noProvider,
      remedy: expect.stringContaining("service-account-issuer") as unknown,
    },
  ]);
});

test("each answer of a log is found once, errors first", () => {
  const denied = cli("AccessDenied", "Access Denied", "ListObjectsV2");
  const log = [...(logs.ASSUMED ?? []), denied, denied, "NoSuchBucket"].join("\n");
  expect(explainLog(log).map(({ code }) => code)).toEqual([
    "IRSA-ANSWER-ACTION-DENIED",
    "IRSA-ANSWER-NO-BUCKET",
    "IRSA-ANSWER-ASSUMED",
  ]);
});

test("a log without an answer has no finding, and one with a token or a key does not show it", () => {
  expect(explainLog("Killed\nOOMKilled\n")).toEqual([]);
  const jwt = `eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ4In0.${"a-_9".repeat(20)}`;
  const [finding] = explainLog(`Incorrect token audience: ${jwt} {"kty":"RSA","d":"secret"}`);
  expect(finding?.actual).toBe("Incorrect token audience: (token) (key material)");
  expect(explainLog(`Incorrect token audience ${"x ".repeat(500)}`)[0]?.actual).toHaveLength(200);
});

test("what a diagnosis shows says how to run it, and what only the workload shows does not", () => {
  const command = "irsa doctor CLUSTER --service-account NAMESPACE/NAME";
  const remedyOf = (log: string) => explainLog(log)[0]?.remedy;
  expect(remedyOf(cli("InvalidIdentityToken", noKey))).toContain(command);
  expect(remedyOf(cli("AccessDenied", notAuthorized))).toContain(command);
  expect(remedyOf("Error: self-signed certificate in certificate chain")).not.toContain(command);
});
