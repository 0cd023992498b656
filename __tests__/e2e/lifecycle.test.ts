import { LocalCloud } from "../../sandbox/local-cloud";
import type { Terraform } from "../../sandbox/terraform-runner";
import { configuration, exported } from "./support/configuration";
import { describeWith } from "./support/describe-with";
import { type IssuerOutputs, published, publishedKeyIds, verifyToken } from "./support/issuer";

const cluster = configuration({
  variable: { recovery_window_in_days: { default: 30 } },
  provider: { aws: [{}] },
  module: {
    irsa: {
      source: exported.irsa,
      bucket_name: "acme-oidc",
      cluster_name: "prod",
      secret_prefix: "talos",
      recovery_window_in_days: "${var.recovery_window_in_days}",
      deletion_protection: false,
    },
  },
  output: { irsa: { value: "${module.irsa}", sensitive: true } },
});

describeWith(
  ["terraform", "aws", "tls", "external", "emulator", "openssl"],
  "the life of an issuer",
  () => {
    let cloud: LocalCloud;
    let terraform: Terraform;
    beforeAll(async () => {
      cloud = await LocalCloud.start();
      terraform = await cloud.terraform(cluster);
      await terraform.apply();
    });
    afterAll(() => cloud.stop());

    const outputs = async () => (await terraform.outputs()).value("irsa") as IssuerOutputs;

    test("a key made anew is published and in the secret after one apply", async () => {
      const before = await outputs();
      await terraform.taint("module.irsa.tls_private_key.key");
      await terraform.apply();

      const after = await outputs();
      expect(after.key_ids).not.toEqual(before.key_ids);
      expect(await publishedKeyIds(cloud, "acme-oidc")).toEqual(after.key_ids);
      await verifyToken(cloud, after);
      const { Versions: versions } = await cloud.api.secretsManager("ListSecretVersionIds", {
        SecretId: after.secret_arn,
        IncludeDeprecated: true,
      });
      expect(versions).toHaveLength(2);
      const { issuer_url, oidc_provider_arn, secret_arn } = before;
      expect(after).toMatchObject({ issuer_url, oidc_provider_arn, secret_arn });
    });

    test("the secret's name stays taken after a destroy, until the recovery window is over", async () => {
      await terraform.destroy();
      expect(await published(cloud, "acme-oidc")).toBeUndefined();
      // AWS says "already scheduled for deletion", the emulator "already exists".
      await expect(terraform.apply()).rejects.toThrow(
        /Error: creating Secrets Manager Secret \(talos\/prod\)[^]+\balready\b/,
      );
    });

    test("deleting the secret at once frees the name, and applying again converges", async () => {
      await cloud.api.secretsManager("DeleteSecret", {
        SecretId: "talos/prod",
        ForceDeleteWithoutRecovery: true,
      });
      terraform = terraform.with({ variables: { recovery_window_in_days: 0 } });
      await terraform.apply();
      await verifyToken(cloud, await outputs());
    });

    test("without a recovery window the same names can be used again", async () => {
      const before = await outputs();
      await terraform.destroy();
      await terraform.apply();
      const after = await outputs();
      expect(after.issuer_url).toBe(before.issuer_url);
      expect(after.key_ids).not.toEqual(before.key_ids);
      await verifyToken(cloud, after);
    });
  },
);
