import { createPrivateKey, generateKeyPairSync } from "node:crypto";
import { AwsApi } from "../../sandbox/aws-api";
import { LocalCloud } from "../../sandbox/local-cloud";
import { signToken } from "../../sandbox/relying-party";
import type { Outputs, Plan, Terraform } from "../../sandbox/terraform-runner";
import { rootOfStacks, synthesizeClusters } from "../support/root-module";
import { configuration, reconfigure } from "./support/configuration";
import { describeWith } from "./support/describe-with";
import { type IssuerOutputs, keyIdOf, published, publicPem } from "./support/issuer";

const region = "eu-central-1";
const pem = { format: "pem" } as const;
const makeKey = () =>
  generateKeyPairSync("ec", { namedCurve: "P-384" })
    .privateKey.export({ type: "sec1", ...pem })
    .toString();
/** Keys of clusters that keep their own. */
const [own, ofFunctions] = [makeKey(), makeKey()];

const cluster = (name: string, settings: object) => ({
  name,
  region,
  bucket: `acme-${name}`,
  secretPrefix: "talos",
  ...settings,
});

/** What rotates from one run of Terraform to the next; the other clusters stay as they are. */
const rotating = (settings: object) => [
  cluster("rotating", settings),
  cluster("ec", {
    keys: [{ name: "key", algorithm: "EC-P256" }],
    secret: { format: "pem", recoveryWindowInDays: 0 },
  }),
  cluster("mixed", {
    keys: [{ name: "own", publicKey: publicPem(own) }, { name: "made" }],
    secret: { recoveryWindowInDays: 7, replicaRegions: ["eu-west-1"] },
  }),
  cluster("functions", {
    keys: [
      { name: "a", algorithm: "RSA-3072" },
      { name: "b" },
      { name: "own", publicKey: publicPem(ofFunctions) },
    ],
    signingKey: "b",
    jwksComputation: "functions",
    emptyKeyId: true,
    publicBy: "policy",
  }),
  cluster("program", {
    keys: [{ name: "a" }],
    emptyKeyId: true,
    secret: { name: "elsewhere/key" },
  }),
];

interface Jwks {
  readonly keys: readonly { kid: string; kty: string; n?: string }[];
}

describeWith(
  ["terraform", "aws", "tls", "external", "emulator", "openssl"],
  "every mix of keys, applied",
  () => {
    let cloud: LocalCloud;
    let terraform: Terraform;
    let outputs: Outputs;
    const issuerOf = (name: string) => outputs.value(name) as IssuerOutputs;
    const rootFor = async (settings: object) =>
      rootOfStacks(await synthesizeClusters(rotating(settings)));

    beforeAll(async () => {
      cloud = await LocalCloud.start();
      terraform = await cloud.terraform(configuration(await rootFor({ keys: [{ name: "key" }] })));
      await terraform.apply();
      outputs = await terraform.outputs();
    });
    afterAll(() => cloud.stop());

    const secretOf = (name: string) =>
      new AwsApi(cloud.emulator.url, region).secretString(issuerOf(name).secret_arn);
    const jwksOf = async (name: string) =>
      JSON.parse((await published(cloud, `acme-${name}`)) ?? "") as Jwks;
    const verify = async (name: string, privateKeyPem: string) => {
      const { issuer_url: issuer } = issuerOf(name);
      const keyId = (await keyIdOf(privateKeyPem)) ?? "";
      return cloud.relyingParty.verify(await signToken({ privateKeyPem, keyId, issuer }), issuer);
    };
    const decoded = (secret: string) => Buffer.from(secret, "base64").toString();

    test("EC: the secret is the PEM in SEC1, and its ES256 tokens are verified", async () => {
      const secret = await secretOf("ec");
      expect(secret).toMatch(/^-----BEGIN EC PRIVATE KEY-----\n/);
      expect(createPrivateKey(secret).asymmetricKeyDetails?.namedCurve).toBe("prime256v1");
      await expect(verify("ec", secret)).resolves.toMatchObject({ iss: issuerOf("ec").issuer_url });
    });

    test("given and made: both are published in order, and the made one is in the secret", async () => {
      const made = decoded(await secretOf("mixed"));
      expect(made).toMatch(/^-----BEGIN RSA PRIVATE KEY-----\n/);
      expect(issuerOf("mixed").key_ids).toEqual([await keyIdOf(own), await keyIdOf(made)]);
      expect((await jwksOf("mixed")).keys.map(({ kid }) => kid)).toEqual(issuerOf("mixed").key_ids);
      for (const key of [own, made]) await expect(verify("mixed", key)).resolves.toBeDefined();
    });

    test("functions: every kid is that of its key, and the one that signs is there again without", async () => {
      const signing = decoded(await secretOf("functions"));
      const { keys } = await jwksOf("functions");
      expect(keys.map(({ kid }) => kid)).toEqual([...issuerOf("functions").key_ids, ""]);
      expect(keys.map(({ kty, n = "" }) => [kty, n.length])).toEqual([
        ["RSA", 512],
        ["RSA", 342],
        ["EC", 0],
        ["RSA", 342],
      ]);
      expect(keys[1]?.kid).toBe(await keyIdOf(signing));
      expect(keys[3]).toEqual({ ...keys[1], kid: "" });
      for (const key of [ofFunctions, signing])
        await expect(verify("functions", key)).resolves.toBeDefined();
    });

    test("the program: the key is there again with an empty id", async () => {
      const { keys } = await jwksOf("program");
      expect(keys.map(({ kid }) => kid)).toEqual([...issuerOf("program").key_ids, ""]);
      expect(issuerOf("program").secret_arn).toContain("secret:elsewhere/key");
    });

    test("the second plan is empty", async () => {
      expect((await terraform.plan()).actions).toEqual({});
    });

    test("a key is added before another, takes over, changes places and goes: no other is replaced", async () => {
      const actionsOf = (plan: Plan) =>
        Object.fromEntries(
          Object.entries(plan.actions).map(([address, action]) => [
            address.replace("module.rotating.", ""),
            action,
          ]),
        );
      const change = async (settings: object) => {
        reconfigure(terraform.directory, await rootFor(settings));
        await terraform.init();
      };
      const before = issuerOf("rotating").key_ids;
      const old = decoded(await secretOf("rotating"));

      await change({ keys: [{ name: "next" }, { name: "key" }], signingKey: "next" });
      const adding = await terraform.plan();
      expect(actionsOf(adding)).toEqual({
        'terraform_data.key_until_retired["next"]': "create",
        "data.external.jwks": "read",
        "tls_private_key.next": "create",
        "aws_s3_object.keys_json": "update",
        "aws_secretsmanager_secret_version.signing_key": "replace",
      });
      await terraform.apply(adding);
      outputs = await terraform.outputs();
      const next = decoded(await secretOf("rotating"));
      expect(issuerOf("rotating").key_ids).toEqual([await keyIdOf(next), ...before]);
      for (const key of [old, next]) await expect(verify("rotating", key)).resolves.toBeDefined();

      await change({ keys: [{ name: "key" }, { name: "next" }], signingKey: "next" });
      expect(actionsOf(await terraform.plan())).toEqual({ "aws_s3_object.keys_json": "update" });

      await change({ keys: [{ name: "next" }], retiredKeys: ["key"] });
      const retiring = await terraform.plan();
      expect(actionsOf(retiring)).toEqual({
        "tls_private_key.key": "delete",
        "aws_s3_object.keys_json": "update",
      });
      await terraform.apply(retiring);
      await expect(verify("rotating", next)).resolves.toBeDefined();
      await expect(verify("rotating", old)).rejects.toThrow("no applicable key");
    });
  },
);
