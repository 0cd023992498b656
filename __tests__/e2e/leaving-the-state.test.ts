import { generateKeyPairSync } from "node:crypto";
import { cpSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { LocalCloud } from "../../sandbox/local-cloud";
import { synthesize } from "../../sandbox/synthesize";
import type { Terraform } from "../../sandbox/terraform-runner";
import { SigningKey, type StoredKeyOptions } from "../../modules/issuer";
import { IrsaStack, type IrsaStackProps } from "../../stacks/irsa-stack";
import { rootOf } from "../support/root-module";
import { configuration } from "./support/configuration";
import { describeWith } from "./support/describe-with";
import { keyIdOf, published, publishedKeyIds, signingKey } from "./support/issuer";
import { PrivateKeyScanner } from "./support/private-key-scanner";

const stack = (props: IrsaStackProps) => synthesize((app) => new IrsaStack(app, "irsa", props));
const moved = SigningKey.fromSecret("key", { secretId: "talos/prod" });

describeWith(
  ["terraform", "aws", "tls", "external", "emulator", "openssl"],
  "the key of an issuer leaves the state",
  () => {
    let cloud: LocalCloud;
    let terraform: Terraform;
    let key: string;
    beforeAll(async () => {
      cloud = await LocalCloud.start();
      terraform = await cloud.terraform(stack({}), {
        variables: { bucket_name: "acme-oidc", cluster_name: "prod", secret_prefix: "talos" },
      });
      await terraform.apply();
      key = await signingKey(cloud, (await terraform.outputs()).text("secret_arn"));
    });
    afterAll(() => cloud.stop());

    const state = () => readFileSync(join(terraform.directory, "terraform.tfstate"), "utf8");
    const change = (props: IrsaStackProps) => {
      cpSync(stack(props), terraform.directory, { recursive: true });
    };

    test("step 1: one apply that destroys nothing and publishes the same", async () => {
      expect(new PrivateKeyScanner(key).count(state())).toBeGreaterThan(0);
      const documents = await published(cloud, "acme-oidc");
      change({ keys: [moved] });
      const plan = await terraform.plan();
      expect(Object.values(plan.actions)).not.toContain("delete");
      expect(Object.values(plan.actions)).not.toContain("replace");
      expect(plan.text).toMatch(/tls_private_key\.key[^]*no longer be managed|removed from the/);
      await terraform.apply(plan);
      expect(await published(cloud, "acme-oidc")).toBe(documents);
      expect(
        await signingKey(cloud, (await terraform.outputs()).text("signing_key_secret_arn")),
      ).toBe(key);
      expect(new PrivateKeyScanner(key).count(state())).toBe(0);
      expect((await terraform.plan()).actions).toEqual({});
    });

    test("step 2: a key that was in no state takes over", async () => {
      const next = SigningKey.keptInSecretsManager("next");
      change({ keys: [moved, next], signingKey: "key" });
      await terraform.apply();
      change({ keys: [moved, next], signingKey: "next" });
      await terraform.apply();
      change({ keys: [next], retiredKeys: ["key"] });
      const plan = await terraform.plan();
      expect(
        Object.keys(plan.actions).filter((address) => plan.actions[address] === "delete"),
      ).toEqual(["aws_ssm_parameter.key", "terraform_data.key_version"]);
      await terraform.apply(plan);
      const secret = (await terraform.outputs()).text("signing_key_secret_arn");
      const kid = await keyIdOf(await signingKey(cloud, secret));
      expect(await publishedKeyIds(cloud, "acme-oidc")).toEqual([kid]);
      expect(kid).not.toBe(await keyIdOf(key));
    });
  },
);

describeWith(
  ["terraform", "aws", "tls", "external", "emulator", "openssl"],
  "a key that is in Secrets Manager already",
  () => {
    let cloud: LocalCloud;
    beforeAll(async () => {
      cloud = await LocalCloud.start();
    });
    afterAll(() => cloud.stop());
    const pem = { type: "pkcs8", format: "pem" } as const;
    const keys = [1, 2].map(() =>
      generateKeyPairSync("ec", { namedCurve: "P-384" }).privateKey.export(pem).toString(),
    );
    /** A stack of each name with the key; a root of them all. */
    const terraformWith = async (
      stacks: Readonly<Record<string, Omit<StoredKeyOptions, "secretId">>>,
    ) =>
      cloud.terraform(
        configuration(
          rootOf(
            Object.entries(stacks).map(([name, options]) => ({
              name,
              stack: stack({
                keys: [SigningKey.fromSecret("own", { secretId: "own/key", ...options })],
              }),
              variables: {
                bucket_name: `acme-${name}`,
                cluster_name: name,
                secret_prefix: "own",
              },
            })),
          ),
        ),
      );

    test("is published, and no other without being asked for", async () => {
      const [first = "", second = ""] = keys;
      await cloud.api.secretsManager("CreateSecret", {
        Name: "own/key",
        SecretString: first,
        ClientRequestToken: "1".repeat(32),
      });
      const terraform = await terraformWith({ current: { algorithm: "EC-P384" } });
      await terraform.apply();
      expect(await publishedKeyIds(cloud, "acme-current")).toEqual([await keyIdOf(first)]);
      expect((await terraform.plan()).actions).toEqual({});

      await cloud.api.secretsManager("PutSecretValue", {
        SecretId: "own/key",
        SecretString: Buffer.from(second).toString("base64"),
        ClientRequestToken: "2".repeat(32),
      });
      await expect(terraform.plan()).rejects.toThrow("terraform_data.own_version");
      expect(await publishedKeyIds(cloud, "acme-current")).toEqual([await keyIdOf(first)]);
    });

    test("is read at its version or stage, in base64 too", async () => {
      const [first = "", second = ""] = keys;
      const terraform = await terraformWith({
        "by-id": { algorithm: "EC-P384", versionId: "1".repeat(32) },
        base64: { algorithm: "EC-P384" },
      });
      await terraform.apply();
      expect(await publishedKeyIds(cloud, "acme-by-id")).toEqual([await keyIdOf(first)]);
      expect(await publishedKeyIds(cloud, "acme-base64")).toEqual([await keyIdOf(second)]);
    });

    test.each<[string, string, Omit<StoredKeyOptions, "secretId">, string]>([
      [
        "another kind of key",
        "kind",
        { algorithm: "EC-P256" },
        'The signing key "own" is not EC-P256',
      ],
      ["no such stage", "stage", { versionStage: "none" }, 'has no version with the stage "none"'],
    ])("%s: nothing is published", async (_title, name, options, message) => {
      const terraform = await terraformWith({ [name]: options });
      const failure = await terraform.apply().then(() => "", String);
      expect(failure.replaceAll(/[\s│]+/g, " ")).toContain(message);
      expect(await publishedKeyIds(cloud, `acme-${name}`)).toBeUndefined();
    });
  },
);
