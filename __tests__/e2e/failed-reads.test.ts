import { copyFileSync } from "node:fs";
import { join } from "node:path";
import type { ProxiedRequest } from "../../sandbox/fault-proxy";
import { LocalCloud } from "../../sandbox/local-cloud";
import { type Terraform, TerraformError } from "../../sandbox/terraform-runner";
import { rootOfStacks, synthesizeClusters } from "../support/root-module";
import { configuration, exported } from "./support/configuration";
import { describeWith } from "./support/describe-with";
import { published } from "./support/issuer";

const common = {
  region: "eu-central-1",
  secretPrefix: "talos",
  thumbprint: "none",
  deletionProtection: false,
};
/** Every way of hosting in S3; what protects an issuer is off, so that nothing else saves the documents. */
const clusters = [
  { name: "acl", bucket: "acme-acl", ...common },
  {
    name: "policy",
    bucket: { name: "acme-policy", versioning: true, encryption: "AES256" },
    publicBy: "policy",
    jwksComputation: "functions",
    ...common,
  },
  { name: "virtual", hosting: "s3-virtual-hosted", bucket: "acme-virtual", ...common },
  {
    name: "cloudfront",
    hosting: "cloudfront",
    bucket: { name: "acme-cloudfront", versioning: true, encryption: "AES256" },
    ...common,
  },
];
const modules = { module: exported.irsa, nodeless: exported.withoutNode };
const buckets = [...clusters, { name: "module" }, { name: "nodeless" }].map(
  ({ name }) => `acme-${name}`,
);

describeWith(
  ["terraform", "aws", "tls", "external", "emulator", "openssl"],
  "an unchanged issuer whose bucket cannot be read while Terraform applies",
  () => {
    let cloud: LocalCloud;
    let terraform: Terraform;
    const state = () => join(terraform.directory, "terraform.tfstate");

    beforeAll(async () => {
      cloud = await LocalCloud.start();
      const stacks = rootOfStacks(await synthesizeClusters(clusters), {
        cloudfront: {
          resource: { aws_cloudfront_distribution: { oidc: { wait_for_deployment: false } } },
        },
      }) as { module: object };
      const calls = Object.entries(modules).map(([name, source]) => [
        name,
        {
          source,
          bucket_name: `acme-${name}`,
          cluster_name: name,
          secret_prefix: "talos",
          thumbprints: [],
          deletion_protection: false,
        },
      ]);
      const root = {
        ...stacks,
        module: { ...stacks.module, ...(Object.fromEntries(calls) as object) },
      };
      terraform = await cloud.terraform(configuration(root), { aws: { max_retries: 1 } });
      await terraform.apply();
      copyFileSync(state(), `${state()}.kept`);
    });
    afterAll(() => cloud.stop());

    const lost = async () => {
      const documents = await Promise.all(
        buckets.flatMap((bucket) =>
          ["keys.json", ".well-known/openid-configuration"].map(async (key) =>
            (await published(cloud, bucket, key)) === undefined ? [`${bucket}/${key}`] : [],
          ),
        ),
      );
      return documents.flat();
    };

    test.each([403, 404, 500])("answer %d: every document stays published", async (status) => {
      expect(await lost()).toEqual([]);
      const fault = cloud.proxy.fail(
        ({ method, path, service }) =>
          service === "s3" && method === "HEAD" && /^\/acme-\w+$/.test(path),
        { status },
      );
      await terraform.apply().catch((error: unknown) => {
        if (!(error instanceof TerraformError)) throw error;
      });
      fault.end();
      expect(fault.requests).not.toHaveLength(0);
      expect(await lost()).toEqual([]);
      copyFileSync(`${state()}.kept`, state());
    });
  },
);

/** What a request reads, whatever its name; undefined for a change. */
function readOf({ service, method, action, query, path }: ProxiedRequest): string | undefined {
  if (action !== "")
    return /^(Get|List|Describe)/.test(action) ? `${service} ${action}` : undefined;
  if (!["GET", "HEAD"].includes(method)) return undefined;
  if (service !== "s3") return `${service} ${method}`;
  const subresource = query.filter((name) => name !== "x-id").join();
  return `s3 ${method} ${/^\/[^/]+$/.test(path) ? "bucket" : "object"} ${subresource}`.trimEnd();
}

/** `READS=all npx jest __tests__/e2e/failed-reads` tries them all, a plan each. */
const isChosen = (read: string) =>
  process.env.READS === "all" ||
  /^s3 HEAD|^s3 GET bucket (policy|publicAccessBlock)|Get(OpenIDConnectProvider|SecretValue)|DescribeSecret|cloudfront/.test(
    read,
  );

describeWith(
  ["terraform", "aws", "tls", "external", "emulator", "openssl"],
  "an unchanged issuer of which one thing cannot be read",
  () => {
    let cloud: LocalCloud;
    let terraform: Terraform;
    beforeAll(async () => {
      cloud = await LocalCloud.start();
      // Of all ways of hosting the one that reads most.
      const chosen = clusters.filter(({ name }) => name === "cloudfront");
      const root = rootOfStacks(await synthesizeClusters(chosen), {
        cloudfront: {
          resource: { aws_cloudfront_distribution: { oidc: { wait_for_deployment: false } } },
        },
      });
      terraform = await cloud.terraform(configuration(root), { aws: { max_retries: 1 } });
      await terraform.apply();
    });
    afterAll(() => cloud.stop());

    test("is refused as a whole, or planned without an end of what AWS trusts", async () => {
      const reads = new Set<string>();
      const recording = cloud.proxy.fail((request) => {
        reads.add(readOf(request) ?? "");
        return false;
      });
      await terraform.plan();
      recording.end();
      reads.delete("");
      expect(reads.size).toBeGreaterThanOrEqual(20);

      const ended: string[] = [];
      for (const read of [...reads].filter(isChosen)) {
        const fault = cloud.proxy.fail((request) => readOf(request) === read, { status: 403 });
        const actions = await terraform.plan().then(
          (plan) => plan.actions,
          (error: unknown) => {
            if (error instanceof TerraformError) return {};
            throw error;
          },
        );
        fault.end();
        expect([read, fault.requests.length > 0]).toEqual([read, true]);
        const lost = Object.entries(actions).filter(
          ([address, action]) =>
            ["delete", "replace"].includes(action) &&
            /aws_(s3_object|iam_openid_connect_provider|secretsmanager_secret|cloudfront_distribution)\b/.test(
              address,
            ),
        );
        ended.push(...lost.map(([address]) => `${read}: ${address}`));
      }
      expect(ended).toEqual([]);
    }, 240_000);
  },
);
