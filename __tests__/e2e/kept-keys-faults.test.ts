import { cpSync } from "node:fs";
import {
  action,
  type Observation,
  putObject,
  type RequestMatcher,
} from "../../sandbox/fault-proxy";
import { LocalCloud } from "../../sandbox/local-cloud";
import { synthesize } from "../../sandbox/synthesize";
import type { Terraform } from "../../sandbox/terraform-runner";
import { SigningKey } from "../../modules/issuer";
import { IrsaStack, type IrsaStackProps } from "../../stacks/irsa-stack";
import { describeWith } from "./support/describe-with";
import { publishedKeyIds, secretKeyId } from "./support/issuer";

const kept = (name: string) => SigningKey.keptInSecretsManager(name);
const stack = (props: IrsaStackProps) => synthesize((app) => new IrsaStack(app, "irsa", props));

describeWith(
  ["terraform", "aws", "tls", "external", "emulator", "openssl"],
  "a key in Secrets Manager alone, with the apply killed after every write",
  () => {
    let cloud: LocalCloud;
    let terraform: Terraform;
    let watch: Observation;
    /** The key that the cluster signs with; none before the first apply has ended. */
    let signing: string | undefined;
    beforeAll(async () => {
      cloud = await LocalCloud.start();
      terraform = await cloud.terraform(stack({ keys: [kept("a")] }), {
        variables: { bucket_name: "acme-oidc", cluster_name: "prod", secret_prefix: "talos" },
      });
      watch = cloud.proxy.observe(async ({ method, path, action }) => {
        if (signing === undefined) return;
        const kids = await publishedKeyIds(cloud, "acme-oidc");
        const kid = await secretKeyId(cloud, `talos/prod/${signing}`);
        if (kid !== undefined && kids?.includes(kid)) return;
        throw new Error(`the JWKS lacks the signing key after ${action || `${method} ${path}`}`);
      });
    });
    afterEach(() => {
      expect(watch.failures).toEqual([]);
    });
    afterAll(() => cloud.stop());

    /** What the outputs say is published is: whoever configures the cluster by them does no harm. */
    const checkOutputs = async () => {
      const outputs = await terraform.outputs();
      if (!outputs.names.includes("key_ids")) return;
      const published = (await publishedKeyIds(cloud, "acme-oidc")) ?? [];
      const named = (outputs.value("key_ids") ?? []) as string[];
      expect(published).toEqual(expect.arrayContaining(named));
    };

    const killAfter = async (written: RequestMatcher) => {
      const apply = terraform.startApply();
      const observed = cloud.proxy.observe((request) => {
        if (written(request)) apply.kill("SIGKILL");
      });
      const { signal } = await apply.ended;
      expect(observed.changes.filter(written)).toHaveLength(1);
      expect(signal).toBe("SIGKILL");
      await checkOutputs();
    };
    const importSecret = async (name: string) => {
      const { ARN } = await cloud.api.secretsManager("DescribeSecret", {
        SecretId: `talos/prod/${name}`,
      });
      const address = `aws_secretsmanager_secret.${name}`;
      await expect(terraform.apply()).rejects.toThrow(`with ${address}`);
      await terraform.run("import", "-no-color", address, String(ARN));
    };
    const change = (props: IrsaStackProps) => {
      cpSync(stack(props), terraform.directory, { recursive: true });
    };
    const writes: [string, RequestMatcher][] = [
      ["the key is stored", action("PutSecretValue")],
      ["its public half is relayed", action("PutParameter")],
      ["that is published", putObject("keys.json")],
    ];

    describe.each([
      ["the first key", "a", { keys: [kept("a")] }],
      ["a further key", "b", { keys: [kept("a"), kept("b")], signingKey: "a" }],
    ])("%s", (_title, name, props) => {
      test("after the secret is made: it is imported, as the message of the next apply says", async () => {
        change(props);
        // Whether the bucket is in the state before the kill would be chance.
        await terraform.run("apply", "-no-color", "-auto-approve", "-target=aws_s3_bucket.oidc");
        await killAfter(action("CreateSecret"));
        await importSecret(name);
        await checkOutputs();
      });

      test.each(writes)("after %s: the next apply goes on", async (_title, written) => {
        await killAfter(written);
      });

      test("in the end, all is as if nothing had happened", async () => {
        await terraform.apply();
        await checkOutputs();
        const kids = await publishedKeyIds(cloud, "acme-oidc");
        expect(kids?.at(-1)).toBe(await secretKeyId(cloud, `talos/prod/${name}`));
        expect((await terraform.plan()).actions).toEqual({});
        signing = "a";
      });
    });

    test("a plan that may not read the secret says so, and nothing changes", async () => {
      const before = await publishedKeyIds(cloud, "acme-oidc");
      const fault = cloud.proxy.fail(action("GetSecretValue"), {
        status: 400,
        body: () => JSON.stringify({ __type: "AccessDeniedException", Message: "not authorized" }),
      });
      await expect(terraform.apply()).rejects.toThrow(
        /aws_secretsmanager_secret_version[^]*AccessDeniedException/,
      );
      fault.end();
      expect(fault.requests.length).toBeGreaterThan(0);
      expect(await publishedKeyIds(cloud, "acme-oidc")).toEqual(before);
    });

    test("of two applies at once the second is refused by the state's lock", async () => {
      const before = await publishedKeyIds(cloud, "acme-oidc");
      const hold = cloud.proxy.hold(action("GetSecretValue"));
      const first = terraform.startApply();
      await hold.arrived;
      await expect(terraform.apply()).rejects.toThrow("Error acquiring the state lock");
      hold.release();
      expect(await first.ended).toMatchObject({ code: 0 });
      expect(await publishedKeyIds(cloud, "acme-oidc")).toEqual(before);
    });

    test("the other key signs, and the old one is retired, killed at every write", async () => {
      change({ keys: [kept("a"), kept("b")], signingKey: "b" });
      await terraform.apply();
      signing = "b";
      change({ keys: [kept("b")], retiredKeys: ["a"] });
      const hold = cloud.proxy.hold(action("DeleteSecret"));
      await killAfter(action("DeleteParameter"));
      hold.release();
      await killAfter(action("DeleteSecret"));
      // Terraform has written the state after each step, OpenTofu has not.
      await terraform.apply().catch(async (error: unknown) => {
        expect(String(error)).toContain("marked deleted");
        await cloud.api.secretsManager("RestoreSecret", { SecretId: "talos/prod/a" });
        await terraform.apply();
      });
      expect(await publishedKeyIds(cloud, "acme-oidc")).toEqual([
        await secretKeyId(cloud, "talos/prod/b"),
      ]);
      expect((await terraform.plan()).actions).toEqual({});
    });
  },
);
