import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Cluster } from "../../config/cluster-props";
import { loadConfig, parseConfig } from "../../config/load";
import { readPublicKeys } from "../../modules/documents";
import { addStacks } from "../../stacks/add-stacks";
import { keyVectors } from "../fixtures/key-vectors";
import { synthesize } from "../support/synthesize";
import type { TerraformConfiguration } from "../support/terraform-json";

const [first, second] = keyVectors.map((vector) => vector.public_key_pem);
const kids = keyVectors.map(({ kid }) => kid);

const directory = mkdtempSync(join(tmpdir(), "irsa-accepted-"));
mkdirSync(join(directory, "keys"));
writeFileSync(join(directory, "keys/first.pub"), first ?? "");
writeFileSync(join(directory, "keys/both.pub"), `${first}${second}`);
const signer = readFileSync(join(__dirname, "../fixtures/keys/external-signer-keys.json"), "utf8");
writeFileSync(join(directory, "keys/signer.json"), signer);
writeFileSync(join(directory, "policy.json"), '{"Resource": "${aws:username} %{a}"}');

const head = "clusters:\n  - name: a\n    region: eu-central-1\n";
const head4 = `${head}    bucket: acme-oidc\n`;
const head5 = `${head4}    secretPrefix: talos\n`;

async function only(text: string): Promise<Cluster> {
  const { clusters = [] } = await parseConfig(text, join(directory, "irsa.yaml"));
  const [cluster, ...more] = clusters;
  expect(more).toEqual([]);
  if (cluster === undefined) throw new Error("no cluster");
  return cluster;
}

/** Indented as a member of the cluster. */
const lines = (...more: string[]) => more.map((line) => `    ${line}\n`).join("");

test("keys whose Terraform names resemble each other are made by functions too", async () => {
  const keys = "keys: [{name: k}, {name: k_der}, {name: jwks}]";
  const text = `${head5}${lines("jwksComputation: functions", keys)}`;
  const config = await parseConfig(text, "irsa.yaml");
  const outdir = synthesize((app) => {
    addStacks(app, config);
  });
  const stack = readFileSync(join(outdir, "stacks/a/cdk.tf.json"), "utf8");
  const { resource = {} } = JSON.parse(stack) as TerraformConfiguration;
  expect(Object.keys(resource.aws_s3_object ?? {})).toEqual(
    expect.arrayContaining(["k_der", "k_der_der", "jwks_der"]),
  );
});

test.each<[string, string, object]>([
  [
    "the least",
    head5,
    {
      hosting: {
        kind: "s3",
        bucket: { name: "acme-oidc" },
        issuerUrl: "https://s3.eu-central-1.amazonaws.com/acme-oidc",
      },
      secret: { name: "talos/a" },
    },
  ],
  [
    "a bucket with its settings",
    `${head}${lines(
      "secretPrefix: talos",
      "bucket:",
      "  name: acme",
      "  prefix: clusters/a",
      "  forceDestroy: true",
      "  versioning: false",
      "  encryption: AES256",
      "  accessLogs: {bucketName: acme-logs, prefix: oidc/}",
    )}`,
    {
      hosting: {
        bucket: {
          name: "acme",
          prefix: "clusters/a",
          forceDestroy: true,
          versioning: false,
          encryption: "AES256",
          accessLogs: { bucketName: "acme-logs", prefix: "oidc/" },
        },
      },
    },
  ],
  [
    "a bucket made elsewhere",
    `${head}${lines("secretPrefix: talos", "bucket: {name: acme, existing: true, prefix: a}")}`,
    { hosting: { bucket: { name: "acme", existing: true, prefix: "a" } } },
  ],
  [
    "path style by policy",
    `${head5}${lines("publicBy: policy")}`,
    { hosting: { kind: "s3", choice: { publicBy: "policy" } } },
  ],
  [
    "virtual-hosted style",
    `${head5}${lines("hosting: s3-virtual-hosted")}`,
    { hosting: { kind: "s3-virtual-hosted" } },
  ],
  [
    "CloudFront with a domain and KMS",
    `${head}${lines(
      "secretPrefix: talos",
      "hosting: cloudfront",
      "bucket:",
      "  name: acme",
      "  encryption: arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab",
      "priceClass: PriceClass_All",
      "domain:",
      "  name: oidc.acme.example",
      "  certificateArn: arn:aws:acm:us-east-1:111122223333:certificate/abc",
    )}`,
    {
      hosting: {
        kind: "cloudfront",
        issuerUrl: "https://oidc.acme.example",
        choice: { priceClass: "PriceClass_All", domain: { name: "oidc.acme.example" } },
      },
    },
  ],
  [
    "self-published, without a bucket",
    `${head}${lines("hosting: self-published", "issuerUrl: https://a.example/b", "secret: none")}`,
    { hosting: { kind: "self-published", issuerUrl: "https://a.example/b" }, secret: "none" },
  ],
  [
    "an issuer made elsewhere",
    `${head}${lines("hosting: existing", "issuerUrl: https://a.example/b")}`,
    { issuerUrl: "https://a.example/b" },
  ],
  [
    "an issuer of another account, with the slash that tokens have",
    `${head}${lines("hosting: existing", "issuerUrl: https://a.example/b/", "createProvider: true")}`,
    { issuerUrl: "https://a.example/b/", createProvider: true },
  ],
  [
    "keys in their order, made and given",
    `${head5}${lines(
      "keys:",
      "  - {name: new, algorithm: EC-P384}",
      "  - {name: next}",
      "  - {name: old, publicKeyFile: keys/first.pub}",
      "signingKey: new",
      "jwksComputation: program",
      "emptyKeyId: true",
    )}`,
    {
      signingKey: "new",
      keys: [
        { name: "new", algorithm: "EC-P384" },
        { name: "next" },
        { name: "old", publicKeys: [{ kid: kids[0] }] },
      ],
      jwksComputation: "program",
      emptyKeyId: true,
    },
  ],
  [
    "several keys in one file",
    `${head4}${lines("keys:", "  - {name: old, publicKeyFile: keys/both.pub}")}`,
    {
      keys: [{ name: "old", publicKeys: [{ kid: kids[0] }, { kid: kids[1] }] }],
      secret: undefined,
    },
  ],
  [
    "the key of an external signer, with the kid that it gives",
    `${head4}${lines("keys:", "  - {name: signer, publicKeyFile: keys/signer.json, keyId: as-given}")}`,
    {
      keys: [
        {
          keyId: "as-given",
          publicKeys: (JSON.parse(signer) as { keys: object[] }).keys.map(
            (key) => expect.objectContaining({ kid: (key as { kid: string }).kid }) as object,
          ),
        },
      ],
    },
  ],
  [
    "a key in Secrets Manager alone, and one that is there already",
    `${head5}${lines(
      "keys:",
      "  - {name: new, keptIn: secrets-manager, algorithm: RSA-3072}",
      "  - {name: old, secretId: talos/old, versionStage: AWSPREVIOUS}",
      "parameterPath: /irsa/a",
    )}`,
    {
      keys: [
        { name: "new", source: "secrets-manager", algorithm: "RSA-3072" },
        {
          name: "old",
          source: "existing-secret",
          stored: { secretId: "talos/old", versionStage: "AWSPREVIOUS" },
        },
      ],
      parameterPath: "/irsa/a",
    },
  ],
  [
    "a key as text",
    `${head4}${lines(
      "keys:",
      "  - name: old",
      "    publicKey: |",
      ...(first ?? "")
        .trim()
        .split("\n")
        .map((line) => `      ${line}`),
    )}`,
    { keys: [{ name: "old", publicKeys: [{ kid: kids[0] }] }] },
  ],
  [
    "a secret with everything",
    `${head4}${lines(
      "secret:",
      "  name: clusters/a/key",
      "  format: pem",
      "  recoveryWindowInDays: 0",
      "  kmsKeyId: alias/acme",
      "  replicaRegions: [eu-west-1]",
      "  policyFile: policy.json",
    )}`,
    {
      secret: {
        name: "clusters/a/key",
        format: "pem",
        recoveryWindowInDays: 0,
        kmsKeyId: "alias/acme",
        replicaRegions: ["eu-west-1"],
        policy: '{"Resource": "$${aws:username} %%{a}"}',
      },
    },
  ],
  ["no secret", `${head4}${lines("secret: none")}`, { secret: "none" }],
  [
    "thumbprints, audiences, previous issuers and tags",
    `${head5}${lines(
      `thumbprint: [${"ab".repeat(20)}]`,
      "additionalAudiences: [vault]",
      "previousIssuers:",
      "  - {name: old, url: https://old.example}",
      "  - {name: older, url: https://older.example, existing: true}",
      "tags: {team: platform, Ort: Köln am Rhein, empty: ''}",
    )}`,
    {
      thumbprint: ["ab".repeat(20)],
      additionalAudiences: ["vault"],
      previousIssuers: [
        { name: "old", url: "https://old.example" },
        { name: "older", url: "https://older.example", existing: true },
      ],
      tags: { team: "platform", Ort: "Köln am Rhein", empty: "" },
    },
  ],
  [
    "JSON, which is YAML",
    JSON.stringify({
      clusters: [{ name: "a", region: "eu-central-1", bucket: "acme-oidc", secretPrefix: "t" }],
    }),
    { secret: { name: "t/a" } },
  ],
  [
    "CRLF and a byte order mark",
    `\uFEFF${head5.replaceAll("\n", "\r\n")}`,
    { secret: { name: "talos/a" } },
  ],
  [
    "anchors and aliases",
    `${head5}${lines("tags: &tags {team: platform}")}`,
    { tags: { team: "platform" } },
  ],
])("%s", async (_name, text, issuer) => {
  expect((await only(text)).issuer).toMatchObject(issuer);
});

describe("the file as a whole", () => {
  test("a backend without clusters leaves the stack irsa its variables", async () => {
    expect(await parseConfig("backend: {type: s3, config: {bucket: b}}", "irsa.yaml")).toEqual({
      backend: { type: "s3", config: { bucket: "b" } },
      clusters: undefined,
    });
  });

  test("an empty map configures nothing", async () => {
    expect(await parseConfig("{}", "irsa.yaml")).toEqual({});
  });

  test("one state each is fine where the backend names it after the stack", async () => {
    const two = `backend: {type: s3, config: {bucket: b}}\n${head5}  - {name: b, region: eu-west-1, bucket: other, secretPrefix: t}`;
    expect((await parseConfig(two, "irsa.yaml")).clusters).toHaveLength(2);
  });

  test("clusters share what they may share", async () => {
    const three = [
      head5,
      "  - {name: b, region: eu-west-1, bucket: {name: acme-oidc, existing: true, prefix: b}, secretPrefix: t}\n",
      "  - {name: c, region: eu-west-1, bucket: {name: acme-oidc, existing: true, prefix: c}, secretPrefix: t}\n",
      "  - {name: d, region: eu-west-1, bucket: other, secret: {name: talos/a}}",
    ].join("");
    expect((await parseConfig(three, "irsa.yaml")).clusters).toHaveLength(4);
  });
});

describe("the file's place", () => {
  test("IRSA_CONFIG names it, and paths in it start there", async () => {
    const text = `${head4}    keys: [{name: old, publicKeyFile: keys/first.pub}]`;
    const file = join(directory, "other.yaml");
    writeFileSync(file, text);
    const config = await loadConfig({ file, by: "IRSA_CONFIG" });
    expect(config?.clusters).toMatchObject([
      { issuer: { keys: [{ publicKeys: await readPublicKeys(first ?? "") }] } },
    ]);
  });

  test("a path may be absolute", async () => {
    const file = join(directory, "keys/first.pub");
    await expect(
      only(`${head4}    keys: [{name: old, publicKeyFile: ${file}}]`),
    ).resolves.toBeDefined();
  });
});
