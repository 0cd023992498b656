import { cpSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { AwsApi } from "../../sandbox/aws-api";
import { detectCapabilities } from "../../sandbox/capabilities";
import { LocalCloud } from "../../sandbox/local-cloud";
import { synthesize } from "../../sandbox/synthesize";
import { Terraform } from "../../sandbox/terraform-runner";
import { IrsaStack } from "../../stacks/irsa-stack";
import { readBlocks } from "../support/guide";
import { configuration } from "./support/configuration";
import { describeWith } from "./support/describe-with";
import { issuerOutputs, signingKey, verifyToken } from "./support/issuer";
import { PrivateKeyScanner } from "./support/private-key-scanner";
import { talosConfiguration } from "./support/talos-module";

const variables = { bucket_name: "acme-oidc", cluster_name: "prod", secret_prefix: "talos" };
const provider = { aws: [{}] };
const region = "eu-central-1";

/** Of the guide: the whole configuration, and what takes the place of its parts. */
const [withKms = "", pbkdf2 = "", migration = ""] = readBlocks("docs/guides/state-and-backends.md")
  .filter(({ language }) => language === "terraform")
  .map(({ text }) => text);

/** The configuration with other blocks in place of some. */
const replaceBlock = (text: string, block: string, replacement: string) => {
  const pattern = new RegExp(`^${block} .*\\{$[^]*?^\\}\\n`, "m");
  expect(text).toMatch(pattern);
  return text.replace(pattern, () => replacement);
};
const withPassphrase = replaceBlock(withKms, "key_provider", pbkdf2)
  .replace("key_provider.aws_kms.key", "key_provider.pbkdf2.key")
  .replace("PASSPHRASE", "correct horse battery staple");

describeWith(
  ["terraform", "opentofu", "aws", "tls", "external", "emulator", "openssl"],
  "a state of the Talos documentation's module, written by Terraform in the clear",
  () => {
    let cloud: LocalCloud;
    beforeAll(async () => {
      cloud = await LocalCloud.start();
    });
    afterAll(() => cloud.stop());

    const openTofu = async (directory: string, env: Readonly<Record<string, string>>) => {
      const { binary, pluginDirectories } = await detectCapabilities("tofu");
      const tofu = new Terraform({
        directory,
        binary,
        pluginDirectories,
        variables,
        env: { AWS_ENDPOINT_URL: cloud.proxy.url, ...cloud.tls?.env, ...env },
      });
      await tofu.init();
      return tofu;
    };
    const encryption = (text: string) => ({ env: { TF_ENCRYPTION: text } });

    test("is adopted and encrypted by OpenTofu as the guide says, and nothing is replaced", async () => {
      const env = { AWS_REGION: region };
      const terraform = await cloud.terraform(talosConfiguration({ provider }), { variables, env });
      await terraform.apply();
      const { directory } = terraform;
      const pem = String((await terraform.state()).get("tls_private_key.key")?.private_key_pem);
      const scanner = new PrivateKeyScanner(pem);
      const stateFile = () => readFileSync(join(directory, "terraform.tfstate"), "utf8");
      expect(scanner.count(stateFile())).toBeGreaterThan(0);

      for (const path of ["recipe.cjs", ".terraform", ".terraform.lock.hcl"]) {
        rmSync(join(directory, path), { recursive: true });
      }
      const stack = synthesize((app) => new IrsaStack(app, "irsa"));
      cpSync(stack, directory, { recursive: true });
      const tofu = await openTofu(directory, env);

      await expect(tofu.with(encryption(withPassphrase)).plan()).rejects.toThrow(
        /unencrypted payload/,
      );
      const migrating = tofu.with(encryption(replaceBlock(withPassphrase, "state", migration)));
      const plan = await migrating.plan();
      const changed = Object.entries(plan.actions).filter(([address]) => !isProtection(address));
      expect(changed).toEqual([
        ["aws_s3_object.keys_json", "update"],
        ["aws_s3_object.openid-configuration", "update"],
      ]);
      expect(scanner.count(readFileSync(join(directory, plan.file), "latin1"))).toBe(0);
      await migrating.apply(plan);
      expect(stateFile()).toContain('"key_provider.pbkdf2.key"');
      expect(scanner.count(stateFile())).toBe(0);

      const enforced = tofu.with(encryption(withPassphrase));
      expect((await enforced.plan()).actions).toEqual({});
      const outputs = issuerOutputs(await enforced.outputs());
      expect(await signingKey(cloud, outputs.secret_arn)).toBe(pem);
      await verifyToken(cloud, outputs);
      await expect(tofu.plan()).rejects.toThrow(/encrypted/);
    });

    test("is encrypted with a KMS key by the guide's configuration", async () => {
      const kms = new AwsApi(cloud.emulator.url, region);
      const { KeyMetadata } = await kms.kms("CreateKey", {});
      const { KeyId } = KeyMetadata as { readonly KeyId: string };
      await kms.kms("CreateAlias", { AliasName: "alias/terraform-state", TargetKeyId: KeyId });
      const resource = { terraform_data: { key: { input: "in the clear" } } };
      const directory = configuration({ resource });
      const tofu = (await openTofu(directory, {})).with(encryption(withKms));
      await tofu.apply();
      const state = readFileSync(join(directory, "terraform.tfstate"), "utf8");
      expect(state).toContain('"key_provider.aws_kms.key"');
      expect(state).not.toContain("in the clear");
      expect((await tofu.plan()).actions).toEqual({});
    });
  },
);

const isProtection = (address: string) => address.startsWith("terraform_data.");
