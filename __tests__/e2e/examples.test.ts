import { readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { App } from "cdktf";
import { loadConfig } from "../../config/load";
import { addStacks } from "../../stacks/add-stacks";
import { temporaryDirectory } from "../../sandbox/directory";
import { LocalCloud } from "../../sandbox/local-cloud";
import { type Module, rootOf } from "../support/root-module";
import { configuration } from "./support/configuration";
import { describeWith } from "./support/describe-with";

const directory = resolve("examples");
const examples = readdirSync(directory);

/** What each example synthesizes to: an output directory. */
const synthesized = new Map<string, string>();

async function synthesizeExample(example: string): Promise<void> {
  const path = join(directory, example, "irsa.yaml");
  const config = await loadConfig({ file: path });
  const app = new App({ outdir: temporaryDirectory("example") });
  addStacks(app, config);
  app.synth();
  synthesized.set(example, app.outdir);
}

/** Each stack of an example, as a module. */
const modulesOf = (example: string): Module[] =>
  readdirSync(join(synthesized.get(example) ?? "", "stacks")).map((stack) => ({
    name: `${example}_${stack}`,
    stack: join(synthesized.get(example) ?? "", "stacks", stack),
    variables: stack === "irsa" ? variables : {},
    override: withoutWaiting(distributions.get(example)),
  }));

/** The stack `irsa` has its values as variables. */
const variables = {
  bucket_name: "acme-variables",
  cluster_name: "variables",
  secret_prefix: "talos",
};

/** The emulator deploys at once, and the AWS provider looks after half a minute. */
const withoutWaiting = (name: string | undefined) =>
  name === undefined
    ? {}
    : { resource: { aws_cloudfront_distribution: { [name]: { wait_for_deployment: false } } } };
const distributions = new Map([
  ["cloudfront", "oidc"],
  ["cloudfront-custom-domain-kms", "oidc"],
  ["moving-issuer", "oidc_cdn"],
]);

/** The emulator has the commercial partition alone; machines have a test of their own. */
const notApplied = ["partitions", "talos-aws", "talos-azure-workers", "talos-nodes"];

describeWith(["terraform", "aws", "tls", "external", "emulator", "openssl"], "the examples", () => {
  let cloud: LocalCloud;
  beforeAll(async () => {
    for (const example of examples) await synthesizeExample(example);
    cloud = await LocalCloud.start();
  });
  afterAll(() => cloud.stop());

  /** A bucket that the examples expect, in the region of theirs; S3 may write its logs there. */
  const makeBucket = async (bucket: string) => {
    const body =
      "<CreateBucketConfiguration><LocationConstraint>eu-central-1</LocationConstraint></CreateBucketConfiguration>";
    const authorization =
      "AWS4-HMAC-SHA256 Credential=testing/20260101/eu-central-1/s3/aws4_request, SignedHeaders=host, Signature=0";
    const headers = { authorization, "x-amz-acl": "log-delivery-write" };
    const request = { method: "PUT", headers, body };
    expect(await fetch(`${cloud.emulator.url}/${bucket}`, request)).toHaveProperty("ok", true);
  };

  test("are valid", async () => {
    const terraform = await cloud.terraform(configuration(rootOf(examples.flatMap(modulesOf))));
    await terraform.validate();
  });

  test("are applied, all in one account, and planned again without one of ours", async () => {
    await cloud.reset();
    await makeBucket("acme-shared-oidc");
    await makeBucket("acme-access-logs");
    const applied = examples.filter((example) => !notApplied.includes(example));
    const terraform = await cloud.terraform(configuration(rootOf(applied.flatMap(modulesOf))));
    await terraform.apply();
    const { actions } = await terraform.plan();
    // The emulator forgets parts of a distribution; what depends on it is looked at again.
    const drift = [...distributions].flatMap(([example, resource]) =>
      modulesOf(example).flatMap(({ name }) => [
        `read module.${name}.data.aws_iam_policy_document.${resource}`,
        `update module.${name}.aws_cloudfront_distribution.${resource}`,
        `update module.${name}.aws_s3_bucket_policy.${resource}`,
      ]),
    );
    expect(
      Object.entries(actions)
        .map(([address, action]) => `${action} ${address}`)
        .sort(),
    ).toEqual(drift.sort());
  });
});
