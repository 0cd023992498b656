import { cpSync } from "node:fs";
import { action, type Observation, putObject } from "../../sandbox/fault-proxy";
import { LocalCloud } from "../../sandbox/local-cloud";
import { synthesize } from "../../sandbox/synthesize";
import type { Terraform } from "../../sandbox/terraform-runner";
import { SigningKey } from "../../modules/issuer";
import { IrsaStack } from "../../stacks/irsa-stack";
import { describeWith } from "./support/describe-with";
import {
  issuerOutputs,
  published,
  publishedKeyIds,
  secretKeyId,
  verifyToken,
  watchIssuer,
} from "./support/issuer";
import { pathWithoutNode } from "./support/path";

const withKeys = (names: readonly string[], signingKey?: string, retiredKeys?: string[]) =>
  synthesize((app) => {
    const keys = names.map((name) => SigningKey.generated(name));
    const stack = new IrsaStack(app, "irsa", { keys, signingKey, retiredKeys });
    if (names.includes("weak")) {
      stack.addOverride("resource.tls_private_key.weak.rsa_bits", 1024);
    }
    return stack;
  });

describeWith(
  ["terraform", "aws", "tls", "external", "emulator", "openssl"],
  "an issuer in the face of faults, with the signing key published at every moment",
  () => {
    let cloud: LocalCloud;
    let terraform: Terraform;
    let watch: Observation;
    beforeAll(async () => {
      cloud = await LocalCloud.start();
      terraform = await cloud.terraform(withKeys(["key"]), {
        variables: { bucket_name: "acme-oidc", cluster_name: "prod", secret_prefix: "talos" },
        aws: { max_retries: 2 },
      });
      watch = watchIssuer(cloud, "acme-oidc", "talos/prod");
    });
    afterEach(() => {
      expect(watch.failures).toEqual([]);
    });
    afterAll(() => cloud.stop());

    const change = (names: readonly string[], signingKey?: string) => {
      cpSync(withKeys(names, signingKey), terraform.directory, { recursive: true });
    };
    const keyIds = () => publishedKeyIds(cloud, "acme-oidc");

    test("errors of S3 at the first apply: applying again converges", async () => {
      const fault = cloud.proxy.fail(putObject("keys.json"));
      await expect(terraform.apply()).rejects.toThrow(/keys\.json[^]+StatusCode: 500/);
      expect(fault.requests).not.toHaveLength(0);
      expect(await published(cloud, "acme-oidc")).toBeUndefined();
      expect(await secretKeyId(cloud, "talos/prod")).toBeUndefined();

      fault.end();
      await terraform.apply();
      expect(await keyIds()).toEqual([await secretKeyId(cloud, "talos/prod")]);
    });

    test("killed before a further key is published: nothing changes, applying again converges", async () => {
      const before = await published(cloud, "acme-oidc");
      change(["key", "next"]);
      const hold = cloud.proxy.hold(putObject("keys.json"));
      const apply = terraform.startApply();
      await hold.arrived;
      apply.kill("SIGKILL");
      await apply.ended;
      hold.release();
      expect(await published(cloud, "acme-oidc")).toBe(before);

      await terraform.apply();
      expect(await keyIds()).toEqual([await secretKeyId(cloud, "talos/prod"), expect.any(String)]);
      expect((await terraform.plan()).actions).toEqual({});
    });

    test("killed after the other key has begun to sign, before that is in the state: likewise", async () => {
      const [old, next] = (await keyIds()) ?? [];
      change(["key", "next"], "next");
      const apply = terraform.startApply();
      const changed = cloud.proxy.observe((request) => {
        if (action("PutSecretValue")(request)) apply.kill("SIGKILL");
      });
      expect(await apply.ended).toMatchObject({ signal: "SIGKILL" });
      expect(changed.changes.map(({ action }) => action)).toContain("PutSecretValue");
      expect(await secretKeyId(cloud, "talos/prod")).toBe(next);

      await terraform.apply();
      expect(await secretKeyId(cloud, "talos/prod")).toBe(next);
      expect(await keyIds()).toEqual([old, next]);
    });

    test.each([
      ["Node is not there", { PATH: pathWithoutNode() }, 'exec: "node": executable file not found'],
      ["a key is too weak", {}, "ERR_RSA_MODULUS"],
    ])("%s: the published documents stay as they were", async (_, env, reason) => {
      const before = await published(cloud, "acme-oidc");
      change(["key", "next", "weak"], "next");
      const failed = terraform.with({ env }).apply();
      await expect(failed.catch(String)).resolves.toContain(reason);
      expect(await published(cloud, "acme-oidc")).toBe(before);
    });

    test("the old key is retired", async () => {
      const [, next] = (await keyIds()) ?? [];
      cpSync(withKeys(["next"], "next", ["key", "weak"]), terraform.directory, { recursive: true });
      await terraform.apply();
      expect(await keyIds()).toEqual([next]);
      await verifyToken(cloud, issuerOutputs(await terraform.outputs()));
    });
  },
);
