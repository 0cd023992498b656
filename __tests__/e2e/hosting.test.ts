import { generateKeyPairSync } from "node:crypto";
import { AwsApi } from "../../sandbox/aws-api";
import { LocalCloud } from "../../sandbox/local-cloud";
import { RelyingParty, signToken } from "../../sandbox/relying-party";
import type { Outputs, Terraform } from "../../sandbox/terraform-runner";
import { rootOfStacks, synthesizeClusters } from "../support/root-module";
import { configuration } from "./support/configuration";
import { describeWith } from "./support/describe-with";
import { publicPem } from "./support/issuer";

const region = "eu-central-1";
const kmsKey = `arn:aws:kms:${region}:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab`;

/** The keys of the clusters, each its own. */
const privateKeys = new Map<string, string>();
const cluster = (name: string, settings: object) => {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const privateKeyPem = privateKey.export({ type: "pkcs1", format: "pem" }).toString();
  privateKeys.set(name, privateKeyPem);
  return {
    name,
    region,
    keys: [{ name: "cluster", publicKey: publicPem(privateKeyPem) }],
    thumbprint: "none",
    tags: { team: "platform" },
    ...settings,
  };
};
const shared = (prefix: string) => ({ name: "acme-shared", existing: true, prefix });

const clusters = [
  cluster("acl", { bucket: "acme-acl" }),
  cluster("policy", { bucket: "acme-policy", publicBy: "policy" }),
  cluster("virtual", {
    hosting: "s3-virtual-hosted",
    bucket: { name: "acme-virtual", prefix: "prod", versioning: true, encryption: "AES256" },
  }),
  cluster("cloudfront", { hosting: "cloudfront", bucket: "acme-cloudfront" }),
  cluster("domain", {
    hosting: "cloudfront",
    domain: {
      name: "oidc.acme.example",
      certificateArn: "arn:aws:acm:us-east-1:123456789012:certificate/1234abcd",
    },
    bucket: { name: "acme-domain", versioning: true, encryption: kmsKey, forceDestroy: true },
  }),
  cluster("blue", { publicBy: "policy", bucket: shared("blue") }),
  cluster("green", { publicBy: "policy", bucket: shared("green") }),
  cluster("github", {
    hosting: "self-published",
    issuerUrl: "https://raw.githubusercontent.com/acme/oidc/main",
    previousIssuers: [
      { name: "old", url: "https://old.acme.example/oidc" },
      { name: "acl", url: `https://s3.${region}.amazonaws.com/acme-acl`, existing: true },
    ],
  }),
];

/** The emulator deploys at once, and the AWS provider looks after half a minute. */
const withoutWaiting = {
  resource: { aws_cloudfront_distribution: { oidc: { wait_for_deployment: false } } },
};

interface Issuer {
  readonly issuer_url: string;
  readonly issuer_hostpath: string;
  readonly oidc_provider_arn: string;
  readonly key_ids: readonly string[];
  readonly discovery_document?: string;
  readonly jwks?: string;
  readonly bucket_policy?: string;
  readonly trusted_issuers?: readonly { issuer_url: string; oidc_provider_arn: string }[];
}

/** Where the emulator serves what each issuer has published. */
const places: Readonly<Record<string, string>> = {
  acl: "acme-acl",
  policy: "acme-policy",
  virtual: "acme-virtual/prod",
  cloudfront: "acme-cloudfront",
  domain: "acme-domain",
  blue: "acme-shared/blue",
  green: "acme-shared/green",
  github: "acme-github/acme/oidc/main",
};

describeWith(["terraform", "aws", "emulator"], "every way of hosting, applied", () => {
  let cloud: LocalCloud;
  let terraform: Terraform;
  let outputs: Outputs;
  const issuerOf = (name: string) => outputs.value(name) as Issuer;

  /** A bucket of somebody else, a policy, or a document that is published by hand. */
  const put = async (path: string, body?: string) => {
    const headers = { "content-type": "application/json", "x-amz-acl": "public-read" };
    const response = await fetch(`${cloud.emulator.url}/${path}`, {
      method: "PUT",
      body,
      ...(path.startsWith("acme-github/") ? { headers } : {}),
    });
    expect(response.ok).toBe(true);
  };

  beforeAll(async () => {
    cloud = await LocalCloud.start();
    await put("acme-shared");
    const root = rootOfStacks(await synthesizeClusters(clusters), {
      cloudfront: withoutWaiting,
      domain: withoutWaiting,
    });
    terraform = await cloud.terraform(configuration(root));
    await terraform.apply();
    outputs = await terraform.outputs();
    const statements = ["blue", "green"].flatMap((name) => added(issuerOf(name)));
    await put(
      "acme-shared?policy",
      JSON.stringify({ Version: "2012-10-17", Statement: statements }),
    );
    const { discovery_document: discovery, jwks } = issuerOf("github");
    await put("acme-github");
    await put("acme-github/acme/oidc/main/.well-known/openid-configuration", discovery);
    await put("acme-github/acme/oidc/main/keys.json", jwks);
  });
  afterAll(() => cloud.stop());

  test.each(Object.entries(places))(
    "%s: a token is verified by its documents",
    async (name, place) => {
      const {
        issuer_url: issuer,
        issuer_hostpath: hostpath,
        key_ids: [keyId = ""],
      } = issuerOf(name);
      const privateKeyPem = privateKeys.get(name) ?? "";
      expect(issuer).toBe(`https://${hostpath}`);
      const relyingParty = new RelyingParty((url) =>
        url.replace(issuer, `${cloud.emulator.url}/${place}`),
      );
      const token = await signToken({ privateKeyPem, keyId, issuer });
      await expect(relyingParty.verify(token, issuer)).resolves.toMatchObject({ iss: issuer });
      const other = await signToken({ privateKeyPem, keyId, issuer: `${issuer}/other` });
      await expect(relyingParty.verify(other, issuer)).rejects.toThrow('unexpected "iss"');
    },
  );

  test.each(Object.keys(places))(
    "%s: AWS trusts the issuer for STS, without a thumbprint",
    async (name) => {
      const { oidc_provider_arn: arn, issuer_hostpath: hostpath } = issuerOf(name);
      const provider = await cloud.api.iam("GetOpenIDConnectProvider", {
        OpenIDConnectProviderArn: arn,
      });
      expect(arn).toBe(`arn:aws:iam::123456789012:oidc-provider/${hostpath}`);
      expect(provider).toContain(`<Url>${hostpath}</Url>`);
      expect(provider).toContain("<member>sts.amazonaws.com</member>");
      expect(provider).not.toMatch(/<member>[0-9a-f]{40}/);
      expect(provider).toContain("<Value>platform</Value>");
    },
  );

  test("each issuer has the URL of its way", () => {
    expect(Object.keys(places).map((name) => issuerOf(name).issuer_url)).toEqual([
      "https://s3.eu-central-1.amazonaws.com/acme-acl",
      "https://s3.eu-central-1.amazonaws.com/acme-policy",
      "https://acme-virtual.s3.eu-central-1.amazonaws.com/prod",
      expect.stringMatching(/^https:\/\/[a-z0-9]+\.cloudfront\.net$/),
      "https://oidc.acme.example",
      "https://s3.eu-central-1.amazonaws.com/acme-shared/blue",
      "https://s3.eu-central-1.amazonaws.com/acme-shared/green",
      "https://raw.githubusercontent.com/acme/oidc/main",
    ]);
  });

  const policyOf = async (bucket: string) => {
    const response = await fetch(`${cloud.emulator.url}/${bucket}?policy`);
    return response.ok ? ((await response.json()) as { Statement: object[] }).Statement : undefined;
  };

  test.each([
    ["acme-policy", ""],
    ["acme-virtual", "prod/"],
  ])("%s is opened for exactly the two documents", async (bucket, prefix) => {
    expect(await policyOf(bucket)).toEqual([
      {
        Sid: "ReadIssuerDocuments",
        Effect: "Allow",
        Principal: "*",
        Action: "s3:GetObject",
        Resource: documentArns(bucket, prefix),
      },
    ]);
  });

  test("acme-cloudfront is opened for its distribution alone", async () => {
    const state = await terraform.state();
    const { arn } = state.get("module.cloudfront.aws_cloudfront_distribution.oidc") ?? {};
    expect(await policyOf("acme-cloudfront")).toEqual([
      {
        Sid: "ReadIssuerDocumentsThroughCloudFront",
        Effect: "Allow",
        Principal: { Service: "cloudfront.amazonaws.com" },
        Action: "s3:GetObject",
        Resource: documentArns("acme-cloudfront", ""),
        Condition: { StringEquals: { "AWS:SourceArn": arn } },
      },
    ]);
  });

  test("an existing bucket's policy is left to its owner, and an output says what to add", async () => {
    expect([...(await terraform.state()).keys()].join()).not.toMatch(/(blue|green)\.aws_s3_bucket/);
    expect(added(issuerOf("blue"))).toMatchObject([
      { Resource: documentArns("acme-shared", "blue/") },
    ]);
  });

  test.each(["acme-policy/", "acme-virtual/prod/", "acme-virtual/", "acme-shared/blue/"])(
    "another object at %s stays private",
    async (place) => {
      const url = `${cloud.emulator.url}/${place}other.json`;
      const { ok } = await fetch(url, { method: "PUT", body: "{}" });
      expect([ok, (await fetch(url)).status]).toEqual([true, 403]);
    },
  );

  test("previous issuers are trusted too: one provider is made, one is found", async () => {
    const trusted = issuerOf("github").trusted_issuers ?? [];
    expect(trusted.map(({ issuer_url: url }) => url)).toEqual([
      "https://raw.githubusercontent.com/acme/oidc/main",
      "https://old.acme.example/oidc",
      "https://s3.eu-central-1.amazonaws.com/acme-acl",
    ]);
    const all = await cloud.api.iam("ListOpenIDConnectProviders");
    for (const { oidc_provider_arn: arn } of trusted) expect(all).toContain(`<Arn>${arn}</Arn>`);
    expect(trusted[2]?.oidc_provider_arn).toBe(issuerOf("acl").oidc_provider_arn);
  });

  test("no key and no secret is made for given keys", async () => {
    const { SecretList } = await new AwsApi(cloud.emulator.url, region).secretsManager(
      "ListSecrets",
      {},
    );
    expect(SecretList).toEqual([]);
    const types = [...(await terraform.state()).keys()].join();
    expect(types).not.toMatch(/tls_|external/);
  });

  test("the second plan is empty, except for what the emulator forgets of a distribution", async () => {
    const changes = await terraform.changes(await terraform.plan());
    // Read back, it has no origin access control, and settings that nobody has made. What depends on it
    // is looked at again.
    expect(changes.map(({ address, action }) => `${action} ${address}`)).toEqual(
      ["cloudfront", "domain"].flatMap((name) => [
        `read module.${name}.data.aws_iam_policy_document.oidc`,
        `update module.${name}.aws_cloudfront_distribution.oidc`,
        `update module.${name}.aws_s3_bucket_policy.oidc`,
      ]),
    );
    for (const { arguments: drifted } of changes.filter(({ address }) =>
      address.includes("distribution"),
    )) {
      expect(drifted).toEqual(["default_cache_behavior", "origin", "viewer_certificate"]);
    }
  });
});

/** What the owner of an existing bucket adds to its policy. */
function added({ bucket_policy: policy = "" }: Issuer): object[] {
  return (JSON.parse(policy) as { Statement: object[] }).Statement;
}

function documentArns(bucket: string, prefix: string): string[] {
  return ["keys.json", ".well-known/openid-configuration"].map(
    (key) => `arn:aws:s3:::${bucket}/${prefix}${key}`,
  );
}
