import { parseAllDocuments } from "yaml";
import {
  buildPodCredentials,
  type PodCredentialsProps,
  type RoleBinding,
  buildServiceAccount,
  type ServiceAccountProps,
  buildSmokeTest,
  explainSmokeTestLog,
  smokeTestAnswers,
  formatSmokeTestAnswers,
  type SmokeTestProps,
  formatYaml,
  buildWebhookMap,
} from "../../../../modules/cluster";
import { expectGolden } from "../golden";
import { schemaViolations } from "../schema-violations";
import { violationsOf } from "../violations-of";

const region = "eu-central-1";
const roleArn = "arn:aws:iam::111122223333:role/team/s3-reader";
const account: ServiceAccountProps = { namespace: "backup", serviceAccountName: "velero", roleArn };
const credentials: PodCredentialsProps = { roleArn, region };
const smoke: SmokeTestProps = { region, roleArn };

const manifests: [string, object[]][] = [
  ["service-account", [buildServiceAccount(account)]],
  [
    "service-account-everything",
    [
      buildServiceAccount({
        ...account,
        audience: "sts.example.com",
        stsRegionalEndpoints: true,
        tokenExpiration: 3600,
        annotationPrefix: "irsa.example.com",
      }),
    ],
  ],
  ["pod-without-webhook", [podWithoutWebhook()]],
  ["smoke-test", buildSmokeTest({ ...smoke, bucket: "acme-backups" })],
  [
    "smoke-test-without-webhook",
    buildSmokeTest({ ...smoke, webhook: false, createNamespace: false, namespace: "backup" }),
  ],
];

describe("manifests", () => {
  it.each(manifests)("are the golden file manifests/%s.yaml", (name, objects) => {
    expectGolden(`manifests/${name}.yaml`, formatYaml(objects));
  });

  it("are what the Kubernetes API takes", () => {
    const read = manifests.flatMap(([, objects]) =>
      parseAllDocuments(formatYaml(objects)).map((document) => document.toJS() as object),
    );
    expect(schemaViolations(read)).toEqual(read.map(() => []));
  });

  it("would not pass with a member that is misspelt, or of another type", () => {
    const [, , job] = buildSmokeTest(smoke);
    const text = JSON.stringify(job);
    const broken = [
      text.replace("serviceAccountName", "serviceAcountName"),
      text.replace('"backoffLimit":1', '"backoffLimit":"1"'),
      text.replace('"kind":"Job"', '"kind":"Jobs"'),
    ].map((changed) => JSON.parse(changed) as object);
    expect(schemaViolations(broken)).toEqual([
      [".spec.template.spec.serviceAcountName is not in the schema"],
      [expect.stringMatching(/backoffLimit must be integer/)],
      ["no schema for batch/v1 Jobs"],
    ]);
  });

  it("hold no annotation that was not asked for", () => {
    expect(buildServiceAccount(account)).toMatchObject({
      metadata: { annotations: { "eks.amazonaws.com/role-arn": roleArn } },
    });
    expect(JSON.stringify(buildServiceAccount(account))).not.toContain("token-expiration");
  });

  it("run the smoke test hardened in every container", () => {
    const jobs = JSON.stringify(buildSmokeTest({ ...smoke, bucket: "acme-backups" })[2]);
    expect(jobs.match(/"readOnlyRootFilesystem":true/g)).toHaveLength(2);
    expect(jobs.match(/"allowPrivilegeEscalation":false/g)).toHaveLength(2);
    expect(jobs.match(/"drop":\["ALL"\]/g)).toHaveLength(2);
    expect(jobs).toContain('"runAsNonRoot":true');
    expect(jobs).not.toMatch(/:latest"/);
  });
});

describe("the webhook's map", () => {
  it("says audience and regional STS of each ServiceAccount, in lexical order", () => {
    expect(
      buildWebhookMap([
        { ...account, namespace: "z" },
        { ...account, tokenExpiration: 600 },
      ]),
    ).toEqual({
      "backup/velero": {
        RoleARN: roleArn,
        Audience: "sts.amazonaws.com",
        UseRegionalSTS: true,
        TokenExpiration: 600,
      },
      "z/velero": { RoleARN: roleArn, Audience: "sts.amazonaws.com", UseRegionalSTS: true },
    });
    expect(Object.keys(buildWebhookMap([{ ...account, namespace: "z" }, account]))).toEqual([
      "backup/velero",
      "z/velero",
    ]);
  });
});

describe("bad input", () => {
  it.each<[string, object, RegExp]>([
    [
      "a namespace with capitals",
      { namespace: "Backup" },
      /namespace must be a DNS label.*"Backup"/,
    ],
    ["a namespace with a dot", { namespace: "a.b" }, /namespace must be a DNS label/],
    ["a namespace of 64", { namespace: "a".repeat(64) }, /namespace must be 1 to 63 characters/],
    ["a namespace that ends with a hyphen", { namespace: "a-" }, /namespace must be a DNS label/],
    ["any namespace", { namespace: "*" }, /namespace must be a DNS label/],
    [
      "a name with a slash",
      { serviceAccountName: "a/b" },
      /serviceAccountName must be a DNS subdomain/,
    ],
    [
      "a name of 254",
      { serviceAccountName: "a".repeat(254) },
      /serviceAccountName must be 1 to 253/,
    ],
    ["a name with an empty part", { serviceAccountName: "a..b" }, /DNS subdomain/],
    ["a user's ARN", { roleArn: "arn:aws:iam::111122223333:user/x" }, /ARN of an IAM role/],
    ["a role's name", { roleArn: "s3-reader" }, /ARN of an IAM role/],
    ["a short account", { roleArn: "arn:aws:iam::123:role/x" }, /ARN of an IAM role/],
    [
      "a role name of 65",
      { roleArn: `arn:aws:iam::111122223333:role/${"a".repeat(65)}` },
      /ARN of an IAM role/,
    ],
    ["a template", { roleArn: "arn:aws:iam::111122223333:role/{{x}}" }, /ARN of an IAM role/],
    ["a lifetime of 60", { tokenExpiration: 60 }, /from 600 to 86400, got 60/],
    ["a lifetime of 599", { tokenExpiration: 599 }, /from 600 to 86400/],
    ["no lifetime", { tokenExpiration: Number.NaN }, /from 600 to 86400, got NaN/],
    ["an empty audience", { audience: "" }, /audience must be 1 to 255 characters/],
    ["a prefix of capitals", { annotationPrefix: "EKS" }, /annotationPrefix must be/],
  ])("of a ServiceAccount is refused: %s", async (_, change, sentence) => {
    expect(await violationsOf(() => buildServiceAccount({ ...account, ...change }))).toEqual([
      expect.stringMatching(sentence),
    ]);
  });

  it("of the webhook's map is refused under its position", async () => {
    const bad: RoleBinding = { namespace: "A", serviceAccountName: "B", roleArn: "C" };
    expect(await violationsOf(() => buildWebhookMap([account, bad]))).toEqual([
      expect.stringMatching(/^roleBindings\[1\]\.namespace/),
      expect.stringMatching(/^roleBindings\[1\]\.serviceAccountName/),
      expect.stringMatching(/^roleBindings\[1\]\.roleArn/),
    ]);
  });

  it("of a pod is refused all at once", async () => {
    const bad = { roleArn: "x", region: "x", audience: "", tokenExpiration: 0 };
    expect(await violationsOf(() => buildPodCredentials(bad))).toHaveLength(4);
  });

  it("of the smoke test is refused all at once", async () => {
    const bad = { namespace: "A", serviceAccountName: "B", bucket: "C", annotationPrefix: "D" };
    expect(
      await violationsOf(() =>
        buildSmokeTest({ region: "x", roleArn: "x", image: "aws-cli", ...bad }),
      ),
    ).toHaveLength(9);
  });

  it.each(["public.ecr.aws/aws-cli/aws-cli:latest", "aws-cli", "aws cli:1"])(
    "of the smoke test is refused: the image %s",
    async (image) => {
      expect(await violationsOf(() => buildSmokeTest({ ...smoke, image }))).toEqual([
        expect.stringMatching(/^image must (not have the tag latest|be an image with a tag)/),
      ]);
    },
  );
});

describe("answers of the smoke test", () => {
  const boto = (code: string, message: string, operation = "AssumeRoleWithWebIdentity") =>
    `An error occurred (${code}) when calling the ${operation} operation: ${message}`;
  const goV2 = (code: string, message: string) =>
    `operation error STS: AssumeRoleWithWebIdentity, https response error StatusCode: 400, RequestID: 0a1b, api error ${code}: ${message}`;
  const goV1 = (code: string, message: string) =>
    `WebIdentityErr: failed to retrieve credentials\ncaused by: ${code}: ${message}\n\tstatus code: 400, request id: 0a1b`;
  const java = (message: string) =>
    `software.amazon.awssdk.services.sts.model.StsException: ${message} (Service: Sts, Status Code: 403, Request ID: 0a1b)`;
  const javaScript = (code: string, message: string) =>
    `${code}: ${message}\n    at throwDefaultError (/app/node_modules/@smithy/smithy-client/index.js:1:1)`;
  const noProvider = "No OpenIDConnect provider found in your account for https://a.example";
  const noKey =
    "Couldn't retrieve verification key from your identity provider, please reference AssumeRoleWithWebIdentity documentation for requirements";
  const notAuthorized = "Not authorized to perform sts:AssumeRoleWithWebIdentity";

  it.each<[string, string]>([
    ["ASSUMED", '"Arn": "arn:aws:sts::111122223333:assumed-role/x/botocore-session-1"'],
    ["OTHER-CREDENTIALS", '"Arn": "arn:aws:iam::111122223333:user/ci"'],
    ["NOT-AUTHORIZED", boto("AccessDenied", notAuthorized)],
    ["NOT-AUTHORIZED", goV2("AccessDenied", notAuthorized)],
    ["NOT-AUTHORIZED", java(notAuthorized)],
    [
      "NOT-AUTHORIZED",
      `failed to refresh cached credentials, failed to retrieve credentials, ${goV2("AccessDenied", notAuthorized)}`,
    ],
    ["NO-PROVIDER", boto("InvalidIdentityToken", noProvider)],
    ["NO-PROVIDER", goV1("InvalidIdentityToken", noProvider)],
    ["NO-PROVIDER", javaScript("InvalidIdentityToken", noProvider)],
    ["VERIFICATION-KEY", goV1("InvalidIdentityToken", noKey)],
    [
      "THUMBPRINT",
      boto(
        "InvalidIdentityToken",
        "OpenIDConnect provider's HTTPS certificate doesn't match configured thumbprint",
      ),
    ],
    ["AUDIENCE", boto("InvalidIdentityToken", "Incorrect token audience")],
    [
      "AUDIENCES",
      boto(
        "InvalidIdentityToken",
        "The token contains more than one audience while authorized party is not present",
      ),
    ],
    [
      "NO-JWT",
      boto(
        "InvalidIdentityToken",
        "The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)",
      ),
    ],
    ["MISSING-CLAIM", goV2("InvalidIdentityToken", "Missing a required claim: sub")],
    ["LOGIN-WITH-AMAZON", boto("InvalidIdentityToken", "This is not a Login With Amazon token")],
    ["FUTURE", boto("InvalidIdentityToken", "Token issued in the future")],
    [
      "EXPIRED",
      boto(
        "ExpiredTokenException",
        "Token expired: current date/time 1760086401 must be before the expiration date/time 1760086400",
      ),
    ],
    ["ROLE-ARN", boto("ValidationError", "Request ARN is invalid")],
    [
      "DURATION",
      boto(
        "ValidationError",
        "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.",
      ),
    ],
    [
      "PROVIDER-UNREACHABLE",
      goV2("IDPCommunicationError", "Error communicating with the identity provider"),
    ],
    ["REJECTED", boto("IDPRejectedClaim", "The identity provider rejected the claim")],
    [
      "REGION-DISABLED",
      boto(
        "RegionDisabledException",
        "STS is not activated in this region for account:111122223333.",
      ),
    ],
    [
      "POLICY-SIZE",
      boto("PackedPolicyTooLarge", "Packed size of session tags consumes 102% of allotted space."),
    ],
    ["POLICY-FORM", boto("MalformedPolicyDocument", "The policy is not in the valid JSON format.")],
    [
      "ORGANIZATION-POLICY",
      boto(
        "AccessDenied",
        "User: arn:aws:sts::111122223333:assumed-role/x/y is not authorized to perform: s3:ListBucket with an explicit deny in a service control policy",
        "ListObjectsV2",
      ),
    ],
    [
      "BUCKET-DENIED",
      `"Arn": "arn:aws:sts::111122223333:assumed-role/x/y"\n${boto("AccessDenied", "Access Denied", "ListObjectsV2")}`,
    ],
    ["NO-BUCKET", boto("NoSuchBucket", "The specified bucket does not exist", "ListObjectsV2")],
    [
      "NO-CREDENTIALS",
      'Unable to locate credentials. You can configure credentials by running "aws configure".',
    ],
    ["NO-CREDENTIALS", "NoCredentialProviders: no valid providers in chain. Deprecated."],
    ["NO-CREDENTIALS", "CredentialsProviderError: Could not load credentials from any providers"],
    [
      "TOKEN-PERMISSION",
      "[Errno 13] Permission denied: '/var/run/secrets/eks.amazonaws.com/serviceaccount/token'",
    ],
    [
      "TOKEN-PERMISSION",
      "failed to read JWT from file, open /var/run/secrets/eks.amazonaws.com/serviceaccount/token: permission denied",
    ],
    [
      "NO-ROUTE",
      'Could not connect to the endpoint URL: "https://sts.eu-central-1.amazonaws.com/"',
    ],
    [
      "NO-ROUTE",
      "failed to refresh cached credentials, dial tcp: lookup sts.eu-central-1.amazonaws.com on 10.96.0.10:53: no such host",
    ],
    ["TIMEOUT", 'Connect timeout on endpoint URL: "https://sts.eu-central-1.amazonaws.com/"'],
    ["UNAUTHORIZED", "error: You must be logged in to the server (Unauthorized)"],
  ])("%s is found in a log: %s", (code, log) => {
    expect(explainSmokeTestLog(log)?.code).toBe(`IRSA-ANSWER-${code}`);
  });

  it("each have a log above, and a code of their own", () => {
    const codes = smokeTestAnswers.map(({ code }) => code);
    expect(new Set(codes).size).toBe(codes.length);
    expect(codes.length).toBe(28);
  });

  it("are not found in another log", () => {
    expect(explainSmokeTestLog("Killed")).toBeUndefined();
  });

  it("have a meaning each, and a remedy unless all is well", () => {
    expectGolden("manifests/smoke-test-answers.txt", formatSmokeTestAnswers());
    expect(smokeTestAnswers.filter(({ remedy }) => remedy === undefined)).toHaveLength(1);
  });
});

function podWithoutWebhook(): object {
  const { env, volumeMounts, volumes } = buildPodCredentials(credentials);
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "reader", namespace: "backup" },
    spec: {
      serviceAccountName: "velero",
      securityContext: { fsGroup: 65_534 },
      containers: [{ name: "reader", image: "reader:1", env, volumeMounts }],
      volumes,
    },
  };
}
