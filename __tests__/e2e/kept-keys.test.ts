import { generateKeyPairSync } from "node:crypto";
import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parse } from "yaml";
import { outputOf } from "../../sandbox/guarded-process";
import { capabilitiesOfRun } from "../../sandbox/capabilities";
import { LocalCloud } from "../../sandbox/local-cloud";
import { signToken } from "../../sandbox/relying-party";
import { synthesize } from "../../sandbox/synthesize";
import { baseEnvironment, type Terraform } from "../../sandbox/terraform-runner";
import { SigningKey } from "../../modules/issuer";
import { IrsaStack, type IrsaStackProps } from "../../stacks/irsa-stack";
import { configuration, exported } from "./support/configuration";
import { describeWith } from "./support/describe-with";
import {
  type IssuerOutputs,
  keyIdOf,
  published,
  publishedKeyIds,
  verifyToken,
} from "./support/issuer";
import { PrivateKeyScanner } from "./support/private-key-scanner";
import { unzip } from "./support/zip";

const kept = (name: string, options = {}) => SigningKey.keptInSecretsManager(name, options);
const stack = (props: IrsaStackProps) => synthesize((app) => new IrsaStack(app, "irsa", props));

describeWith(
  ["terraform", "aws", "tls", "external", "emulator", "openssl"],
  "a private key that is in Secrets Manager alone",
  () => {
    let cloud: LocalCloud;
    let terraform: Terraform;
    beforeAll(async () => {
      cloud = await LocalCloud.start();
      terraform = await cloud.terraform(stack({ keys: [kept("a")] }), {
        variables: { bucket_name: "acme-oidc", cluster_name: "prod", secret_prefix: "talos" },
      });
    });
    afterAll(() => cloud.stop());

    const change = (props: IrsaStackProps) => {
      cpSync(stack(props), terraform.directory, { recursive: true });
    };
    const stored = async (id: string) =>
      Buffer.from(await cloud.api.secretString(id), "base64").toString();
    const verify = async (privateKeyPem: string) => {
      const issuer = (await terraform.outputs()).text("issuer_url");
      const keyId = (await keyIdOf(privateKeyPem)) ?? "";
      return cloud.relyingParty.verify(await signToken({ privateKeyPem, keyId, issuer }), issuer);
    };
    const refusal = async () => {
      const text = await terraform.plan().then(() => "", String);
      return text.replaceAll(/[\s│]+/g, " ");
    };

    test("one apply publishes the key that is stored, and its tokens are verified", async () => {
      const plan = await terraform.plan();
      const shown = await terraform.run("show", "-json", plan.file);
      await terraform.apply(plan);
      const outputs = await terraform.outputs();
      const key = await stored(outputs.text("signing_key_secret_arn"));
      expect(key).toMatch(/^-----BEGIN RSA PRIVATE KEY-----\n/);
      expect(outputs.value("key_ids")).toEqual([await keyIdOf(key)]);
      expect(await publishedKeyIds(cloud, "acme-oidc")).toEqual([await keyIdOf(key)]);
      await expect(verify(key)).resolves.toHaveProperty("sub");
      expect(outputs.names).not.toContain("signing_key");
      expect(outputs.names).not.toContain("talos_machine_config_patch");
      expect(new PrivateKeyScanner(key).count(shown.output)).toBe(0);
    });

    test("the second plan is empty, and the key is in no state, plan, output or document", async () => {
      const trace = join(terraform.directory, "trace.log");
      const plan = await terraform.with({ env: { TF_LOG: "trace", TF_LOG_PATH: trace } }).plan();
      expect(plan.actions).toEqual({});
      const outputs = await terraform.outputs();
      const scanner = new PrivateKeyScanner(await stored("talos/prod/a"));
      const places = {
        state: readFileSync(join(terraform.directory, "terraform.tfstate"), "utf8"),
        "state as JSON": (await terraform.run("show", "-json")).output,
        plan: plan.text,
        "saved plan": [...unzip(readFileSync(join(terraform.directory, plan.file))).values()]
          .map((file) => file.toString("latin1"))
          .join("\n"),
        "saved plan as JSON": (await terraform.run("show", "-json", plan.file)).output,
        outputs: JSON.stringify(outputs.names.map((name) => outputs.value(name))),
        JWKS: await published(cloud, "acme-oidc"),
        discovery: await published(cloud, "acme-oidc", ".well-known/openid-configuration"),
        parameter: JSON.stringify(
          await cloud.api.ssm("GetParameter", { Name: "/self-hosted-irsa/prod/a" }),
        ),
        "what Terraform printed": terraform.transcript,
      };
      expect(places["saved plan"]).toContain("aws_ssm_parameter");
      expect(places.parameter).toContain("PUBLIC KEY");
      for (const [place, text = ""] of Object.entries(places)) {
        expect(text).not.toBe("");
        expect([place, scanner.count(text)]).toEqual([place, 0]);
      }

      // In the trace it is only where the AWS provider logs the secret's value.
      const lines = readFileSync(trace, "utf8").split("\n");
      const logged = lines.filter((line) => line.includes("SecretString"));
      expect(scanner.count(logged.join("\n"))).toBeGreaterThan(0);
      expect(scanner.count(lines.filter((line) => !logged.includes(line)).join("\n"))).toBe(0);
    });

    test("irsa cluster-config reads it from Secrets Manager", async () => {
      const outputs = await terraform.outputs();
      const file = join(terraform.directory, "outputs.json");
      const values = outputs.names.map((name) => [name, { value: outputs.value(name) }] as const);
      writeFileSync(file, JSON.stringify(Object.fromEntries(values)));
      const argv = ["talos", "--talos-version", "1.13", "--terraform-output", file];
      const patch = await outputOf([resolve("cli/bin.cjs"), "cluster-config", ...argv], {
        env: { ...baseEnvironment(), AWS_ENDPOINT_URL: cloud.emulator.url },
      });
      const { cluster } = parse(patch) as { cluster: { serviceAccount: { key: string } } };
      const key = Buffer.from(cluster.serviceAccount.key, "base64").toString();
      expect(key).toBe(await stored("talos/prod/a"));
    });

    test("rotation by name: a, then a and b, then b", async () => {
      const a = await stored("talos/prod/a");
      change({ keys: [kept("a"), kept("b", { algorithm: "EC-P256" })], signingKey: "a" });
      const adding = await terraform.plan();
      expect(adding.actions).toEqual({
        "aws_s3_object.keys_json": "update",
        "aws_s3_object.openid-configuration": "update",
        "aws_secretsmanager_secret.b": "create",
        "aws_secretsmanager_secret_version.b": "create",
        "aws_ssm_parameter.b": "create",
        "data.aws_ssm_parameter.b": "read",
        "data.external.jwks": "read",
        "terraform_data.b_version": "create",
        'terraform_data.key_until_retired["b"]': "create",
      });
      await terraform.apply(adding);
      const b = await stored("talos/prod/b");
      expect(b).toMatch(/^-----BEGIN EC PRIVATE KEY-----\n/);
      expect(await stored("talos/prod/a")).toBe(a);
      expect(await publishedKeyIds(cloud, "acme-oidc")).toEqual([
        await keyIdOf(a),
        await keyIdOf(b),
      ]);

      change({ keys: [kept("b", { algorithm: "EC-P256" })] });
      expect(await refusal()).toMatch(
        /key_until_retired\["a"\] has (lifecycle\.)?prevent_destroy set/,
      );
      change({ keys: [kept("b", { algorithm: "EC-P256" })], retiredKeys: ["a"] });
      await terraform.apply();
      expect(await publishedKeyIds(cloud, "acme-oidc")).toEqual([await keyIdOf(b)]);
      const secret = (await terraform.outputs()).text("signing_key_secret_arn");
      expect(await stored(secret)).toBe(b);
      await expect(verify(b)).resolves.toHaveProperty("sub");
      await expect(verify(a)).rejects.toThrow("Header Parameter value not allowed");
      expect((await terraform.plan()).actions).toEqual({});
    });

    test("renamed, the key stays the same, in its secret", async () => {
      const b = await stored("talos/prod/b");
      const renamed = kept("c", { algorithm: "EC-P256", previousName: "b" });
      change({ keys: [renamed], retiredKeys: ["a"] });
      const plan = await terraform.plan();
      expect(Object.values(plan.actions)).not.toContain("replace");
      expect(Object.values(plan.actions)).not.toContain("delete");
      await terraform.apply(plan);
      expect(await stored((await terraform.outputs()).text("signing_key_secret_arn"))).toBe(b);
      expect(await publishedKeyIds(cloud, "acme-oidc")).toEqual([await keyIdOf(b)]);
      expect((await terraform.plan()).actions).toEqual({});
    });

    const other = () =>
      generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey.export({
        type: "sec1",
        format: "pem",
      });

    test("another value in the secret: the plan fails and says how to undo that", async () => {
      const before = await published(cloud, "acme-oidc");
      const SecretId = (await terraform.outputs()).text("signing_key_secret_arn");
      const own = (await terraform.outputs()).text("signing_key_secret_version_id");
      const { VersionId } = await cloud.api.secretsManager("PutSecretValue", {
        SecretId,
        SecretString: other(),
        ClientRequestToken: "11111111-1111-1111-1111-111111111111",
      });
      const refused = await refusal();
      expect(refused).toContain(
        `aws secretsmanager update-secret-version-stage --secret-id ${SecretId} --version-stage AWSCURRENT --move-to-version-id ${own}`,
      );
      expect(await published(cloud, "acme-oidc")).toBe(before);
      await cloud.api.secretsManager("UpdateSecretVersionStage", {
        SecretId,
        VersionStage: "AWSCURRENT",
        MoveToVersionId: own,
        RemoveFromVersionId: VersionId,
      });
      expect((await terraform.plan()).actions).toEqual({});
    });

    test("another public key in the parameter is not published", async () => {
      const { publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
      await cloud.api.ssm("PutParameter", {
        Name: "/self-hosted-irsa/prod/b",
        Value: publicKey.export({ type: "spki", format: "pem" }),
        Overwrite: true,
      });
      expect(await refusal()).toContain("someone else has changed it. Nothing is published.");
      await terraform.apply({ replace: ["aws_ssm_parameter.c"] });
      expect((await terraform.plan()).actions).toEqual({});
    });

    test("a deleted secret: nothing changes until it is restored", async () => {
      const SecretId = (await terraform.outputs()).text("signing_key_secret_arn");
      await cloud.api.secretsManager("DeleteSecret", { SecretId });
      expect(await refusal()).toMatch(/marked deleted/);
      await cloud.api.secretsManager("RestoreSecret", { SecretId });
      expect((await terraform.plan()).actions).toEqual({});
    });

    test("a secret that is lost: no other key takes its place unasked", async () => {
      const SecretId = (await terraform.outputs()).text("signing_key_secret_arn");
      await cloud.api.secretsManager("DeleteSecret", {
        SecretId,
        ForceDeleteWithoutRecovery: true,
      });
      expect(await refusal()).toMatch(
        /terraform_data\.c_version has (lifecycle\.)?prevent_destroy set/,
      );
    });
  },
);

describeWith(
  ["terraform", "aws", "tls 4.4", "external", "emulator", "openssl"],
  "a public key that goes through a certificate request",
  () => {
    let cloud: LocalCloud;
    beforeAll(async () => {
      cloud = await LocalCloud.start();
    });
    afterAll(() => cloud.stop());

    test.each(["RSA-2048", "RSA-3072", "RSA-4096"] as const)(
      "%s: is that of the stored key, in no parameter, and replaced with it",
      async (algorithm) => {
        const bucket = `acme-${algorithm.toLowerCase()}`;
        const relayed = (name: string) =>
          kept(name, { algorithm, publicKeyRelay: "certificate-request" });
        const terraform = await cloud.terraform(stack({ keys: [relayed("a")] }), {
          variables: { bucket_name: bucket, cluster_name: bucket, secret_prefix: "talos" },
        });
        await terraform.apply();
        expect((await terraform.plan()).actions).toEqual({});
        const stored = async (name: string) =>
          Buffer.from(await cloud.api.secretString(`talos/${bucket}/${name}`), "base64").toString();
        const a = await stored("a");
        expect(await publishedKeyIds(cloud, bucket)).toEqual([await keyIdOf(a)]);
        const issuer = (await terraform.outputs()).text("issuer_url");
        const token = { privateKeyPem: a, keyId: (await keyIdOf(a)) ?? "", issuer };
        await expect(
          cloud.relyingParty.verify(await signToken(token), issuer),
        ).resolves.toHaveProperty("sub");
        const state = readFileSync(join(terraform.directory, "terraform.tfstate"), "utf8");
        expect(state).toContain("CERTIFICATE REQUEST");
        expect(new PrivateKeyScanner(a).count(state)).toBe(0);

        cpSync(stack({ keys: [relayed("a"), relayed("b")] }), terraform.directory, {
          recursive: true,
        });
        await terraform.apply();
        const both = [await keyIdOf(a), await keyIdOf(await stored("b"))];
        expect(await publishedKeyIds(cloud, bucket)).toEqual(both);

        // To the other way, and the key stays.
        cpSync(stack({ keys: [kept("a", { algorithm }), relayed("b")] }), terraform.directory, {
          recursive: true,
        });
        await terraform.apply();
        expect(await publishedKeyIds(cloud, bucket)).toEqual(both);
        expect((await terraform.plan()).actions).toEqual({});
      },
    );
  },
);

describeWith(
  ["terraform", "aws", "tls", "external", "emulator", "openssl"],
  "the module irsa-key-in-secrets-manager",
  () => {
    let cloud: LocalCloud;
    beforeAll(async () => {
      cloud = await LocalCloud.start();
    });
    afterAll(() => cloud.stop());

    test("is applied, found unchanged, given another key after a leak, and destroyed", async () => {
      const module = {
        source: exported.keyInSecretsManager,
        bucket_name: "acme-oidc",
        cluster_name: "prod+eu",
        secret_prefix: "talos",
        recovery_window_in_days: 0,
        deletion_protection: false,
      };
      const terraform = await cloud.terraform(
        configuration({
          provider: { aws: [{}] },
          module: { irsa: module },
          output: { irsa: { value: "${module.irsa}" } },
        }),
      );
      await terraform.apply();
      expect((await terraform.plan()).actions).toEqual({});
      const outputs = async () => {
        const values = (await terraform.outputs()).value("irsa") as IssuerOutputs & {
          readonly signing_key_secret_arn: string;
        };
        return { ...values, secret_arn: values.signing_key_secret_arn };
      };
      const { secret_arn, key_ids } = await outputs();
      await expect(verifyToken(cloud, await outputs())).resolves.toHaveProperty("sub");
      await terraform.apply({ replace: ["module.irsa.aws_secretsmanager_secret_version.key"] });
      await expect(verifyToken(cloud, await outputs())).resolves.toHaveProperty("sub");
      expect((await outputs()).key_ids).not.toEqual(key_ids);
      expect((await terraform.plan()).actions).toEqual({});
      await expect(
        cloud.api.ssm("GetParameter", { Name: "/self-hosted-irsa/prod_eu/key" }),
      ).resolves.toHaveProperty("Parameter.Value", expect.stringContaining("PUBLIC KEY"));
      await terraform.destroy();
      expect((await terraform.state()).size).toBe(0);
      await expect(cloud.api.secretString(secret_arn)).rejects.toThrow("ResourceNotFound");
    });

    // OpenTofu reads the blocks first.
    const isTerraform = capabilitiesOfRun()?.binary === "terraform";
    (isTerraform ? test : test.skip)(
      "a Terraform that is too old is refused for its version, not for blocks that it does not know",
      async () => {
        const directory = configuration({});
        cpSync(exported.keyInSecretsManager, directory, { recursive: true });
        const replace = (file: string, from: string, to: string) => {
          const path = join(directory, file);
          const text = readFileSync(path, "utf8");
          expect(text).toContain(from);
          writeFileSync(path, text.replaceAll(from, to));
        };
        // What 1.11 is to older ones.
        replace("versions.tf", ">= 1.11.0", ">= 99.0.0");
        replace("main.tf", 'ephemeral "', 'block_of_the_future "');
        await expect(cloud.terraform(directory)).rejects.toThrow(
          /Unsupported Terraform Core version/,
        );
        await expect(cloud.terraform(directory)).rejects.not.toThrow("block_of_the_future");
      },
    );
  },
);
