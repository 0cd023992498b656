import { parseAllDocuments } from "yaml";
import {
  buildPodCredentials,
  type PodCredentialsProps,
  type RoleBinding,
  buildServiceAccount,
  type ServiceAccountProps,
  buildSmokeTest,
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
