import { execFileSync } from "node:child_process";
import { cpSync } from "node:fs";
import { join } from "node:path";
import { temporaryDirectory } from "../../sandbox/directory";
import { LocalCloud } from "../../sandbox/local-cloud";
import { configuration, exported, reconfigure } from "./support/configuration";
import { describeWith } from "./support/describe-with";
import { type IssuerOutputs, published, publishedKeyIds, verifyToken } from "./support/issuer";
import { pathWithoutNode } from "./support/path";

const thumbprint = "0123456789abcdef0123456789abcdef01234567";

/** One module for two clusters, once more for a second region, from git and without Node, and a role of all. */
function threeClusters() {
  return {
    provider: { aws: [{}, { alias: "second", region: "eu-central-1" }] },
    module: {
      clusters: {
        source: exported.irsa,
        for_each: {
          blue: { thumbprints: null, tags: { team: "platform" } },
          green: { thumbprints: [thumbprint], tags: {} },
        },
        bucket_name: "acme-${each.key}-oidc",
        cluster_name: "${each.key}",
        secret_prefix: "talos",
        tags: "${each.value.tags}",
        thumbprints: "${each.value.thumbprints}",
        force_destroy: true,
        recovery_window_in_days: 0,
        deletion_protection: false,
      },
      second: {
        source: `git::file://${gitRepository()}//terraform/irsa-without-node?ref=v1`,
        providers: { aws: "aws.second" },
        bucket_name: "acme-second-oidc",
        cluster_name: "second",
        secret_prefix: "talos",
        thumbprints: [],
        recovery_window_in_days: 0,
        deletion_protection: false,
      },
      role: {
        source: exported.role,
        name: "agent",
        service_accounts: ["observability/agent"],
        issuers:
          "${concat(flatten(values(module.clusters)[*].trusted_issuers), module.second.trusted_issuers)}",
      },
    },
    output: {
      // The whole map: OpenTofu looks for a named instance before there is any.
      clusters: { value: "${module.clusters}", sensitive: true },
      second: { value: "${module.second}", sensitive: true },
    },
  };
}

/** A repository that has the modules where this one has them. */
function gitRepository(): string {
  const directory = temporaryDirectory("repository");
  cpSync("terraform", join(directory, "terraform"), { recursive: true });
  const git = (...args: string[]) => {
    const identity = ["-c", "user.name=test", "-c", "user.email=test@example.com"];
    execFileSync("git", [...identity, ...args], { cwd: directory, stdio: "pipe" });
  };
  git("init", "--quiet");
  git("add", ".");
  git("-c", "commit.gpgsign=false", "commit", "--quiet", "--message", "Modules");
  git("tag", "v1");
  return directory;
}

describeWith(
  ["terraform", "aws", "tls", "external", "emulator", "openssl"],
  "the exported modules",
  () => {
    let cloud: LocalCloud;
    beforeAll(async () => {
      cloud = await LocalCloud.start();
    });
    afterEach(() => cloud.reset());
    afterAll(() => cloud.stop());

    const providerOf = async (arn: string) =>
      cloud.api.iam("GetOpenIDConnectProvider", { OpenIDConnectProviderArn: arn });

    test("serve several clusters and regions from one root, and leave nothing when destroyed", async () => {
      const terraform = await cloud.terraform(configuration(threeClusters()));
      await terraform.apply();
      expect((await terraform.plan()).actions).toEqual({});

      const outputs = await terraform.outputs();
      const { blue, green } = outputs.value("clusters") as Record<"blue" | "green", IssuerOutputs>;
      const second = outputs.value("second") as IssuerOutputs;
      expect(second.issuer_url).toBe("https://s3.eu-central-1.amazonaws.com/acme-second-oidc");
      for (const cluster of [blue, green, second]) await verifyToken(cloud, cluster);
      await expect(verifyToken(cloud, { ...blue, issuer_url: green.issuer_url })).rejects.toThrow(
        "no applicable key",
      );
      expect(await providerOf(blue.oidc_provider_arn)).toContain(cloud.tls?.rootThumbprint);
      expect(await providerOf(blue.oidc_provider_arn)).toContain("<Value>platform</Value>");
      expect(await providerOf(green.oidc_provider_arn)).toContain(thumbprint);
      expect(await providerOf(second.oidc_provider_arn)).not.toMatch(/[0-9a-f]{40}/);

      const role = (await terraform.state()).get("module.role.aws_iam_role.this");
      const policy = JSON.parse(role?.assume_role_policy as string) as {
        Statement: readonly { Principal: { Federated: string } }[];
      };
      expect(policy.Statement.map(({ Principal }) => Principal.Federated)).toEqual(
        [blue, green, second].map(({ oidc_provider_arn }) => oidc_provider_arn),
      );

      const stray = `${cloud.emulator.url}/acme-blue-oidc/stray`;
      expect(await fetch(stray, { method: "PUT", body: "stray" })).toHaveProperty("ok", true);
      await terraform.destroy();
      expect((await terraform.state()).size).toBe(0);
      expect(await cloud.api.iam("ListOpenIDConnectProviders")).not.toContain("<Arn>");
    });

    test("publish the same bytes for the same key, with Node and without", async () => {
      const cluster = (source: string) => ({
        provider: { aws: [{}] },
        module: {
          irsa: {
            source,
            bucket_name: "acme-oidc",
            cluster_name: "prod",
            secret_prefix: "talos",
          },
        },
        output: { irsa: { value: "${module.irsa}", sensitive: true } },
      });
      let terraform = await cloud.terraform(configuration(cluster(exported.irsa)));
      await terraform.apply();
      const jwks = await published(cloud, "acme-oidc");

      reconfigure(terraform.directory, cluster(exported.withoutNode));
      terraform = terraform.with({ env: { PATH: pathWithoutNode() } });
      await terraform.init();
      const switched = await terraform.plan();
      // The content of keys.json is the same, but not known before the other object is there.
      expect(switched.actions).toEqual({
        "module.irsa.aws_s3_object.key_der": "create",
        "module.irsa.aws_s3_object.keys_json": "update",
      });
      await terraform.apply(switched);
      expect(jwks).toMatch(/^\{"keys":\[\{/);
      expect(await published(cloud, "acme-oidc")).toBe(jwks);

      await terraform.taint("module.irsa.tls_private_key.key");
      await terraform.apply();
      const outputs = (await terraform.outputs()).value("irsa") as IssuerOutputs;
      expect(jwks).not.toContain(outputs.key_ids[0]);
      expect(await publishedKeyIds(cloud, "acme-oidc")).toEqual(outputs.key_ids);
      await verifyToken(cloud, outputs);
      expect((await terraform.plan()).actions).toEqual({});
    });
  },
);
