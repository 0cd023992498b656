import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { capabilitiesOfRun } from "../../sandbox/capabilities";
import { temporaryDirectory } from "../../sandbox/directory";
import { LocalCloud } from "../../sandbox/local-cloud";
import { synthesize } from "../../sandbox/synthesize";
import type { Terraform } from "../../sandbox/terraform-runner";
import { IrsaStack } from "../../stacks/irsa-stack";
import { type Module, rootOf, synthesizeClusters } from "../support/root-module";
import { configuration, reconfigure } from "./support/configuration";
import { describeWith } from "./support/describe-with";
import { type IssuerOutputs, verifyToken } from "./support/issuer";

const fixtures = join(__dirname, "../fixtures/first-version");
const region = "eu-central-1";
const before = readFileSync(join(__dirname, "../../examples/key-rotation/keys/before.pub"), "utf8");

/** What the first version was given, in today's words. */
const clusters = [
  {
    name: "rotating",
    region,
    bucket: "acme-rotating-oidc",
    keys: [
      { name: "key" },
      { name: "key2", algorithm: "RSA-4096" },
      { name: "before", publicKey: before },
    ],
    signingKey: "key2",
    secretPrefix: "talos",
  },
  {
    name: "private",
    region,
    hosting: "cloudfront",
    bucket: "acme-private-oidc",
    secretPrefix: "talos",
  },
];

const asModule = (name: string, stack: string): Module => ({
  name,
  stack,
  ...(name === "irsa"
    ? {
        variables: { bucket_name: "acme-irsa-oidc", cluster_name: "prod", secret_prefix: "talos" },
      }
    : {}),
  // The emulator deploys at once, and the AWS provider looks after half a minute.
  ...(name === "private"
    ? {
        override: {
          resource: { aws_cloudfront_distribution: { oidc: { wait_for_deployment: false } } },
        },
      }
    : {}),
});

/** A stack as the first version synthesized it, with its program in place. */
function firstVersion(name: string): Module {
  const directory = temporaryDirectory("first-version");
  const json = readFileSync(join(fixtures, `${name}.tf.json`), "utf8");
  const program = /assets\/[^"]+\.cjs/.exec(json)?.[0] ?? "";
  mkdirSync(join(directory, dirname(program)), { recursive: true });
  writeFileSync(join(directory, program), readFileSync(join(fixtures, "jwks.cjs")));
  // OpenTofu takes a source with this host for another provider than the one without.
  const isTofu = capabilitiesOfRun()?.binary === "tofu";
  const sources = isTofu ? json.replaceAll("registry.terraform.io/hashicorp/", "hashicorp/") : json;
  writeFileSync(join(directory, "cdk.tf.json"), sources);
  return asModule(name, directory);
}

describeWith(
  ["terraform", "aws", "tls", "external", "emulator", "openssl"],
  "a state that the first version of this project wrote",
  () => {
    let cloud: LocalCloud;
    let terraform: Terraform;
    let ids: object[];
    beforeAll(async () => {
      cloud = await LocalCloud.start();
      const first = rootOf(["irsa", "rotating", "private"].map(firstVersion));
      terraform = await cloud.terraform(configuration(first), { env: { AWS_REGION: region } });
      await terraform.apply();
      ids = await identities();

      const outdir = await synthesizeClusters(clusters);
      const today = rootOf([
        asModule(
          "irsa",
          synthesize((app) => new IrsaStack(app, "irsa")),
        ),
        ...clusters.map(({ name }) => asModule(name, join(outdir, "stacks", name))),
      ]);
      reconfigure(terraform.directory, today);
      await terraform.init();
    });
    afterAll(() => cloud.stop());

    const identities = async () =>
      [...(await terraform.state())]
        .filter(([address]) => !address.includes("data."))
        .map(([address, { id, arn }]) => ({ address, id, arn }));

    test("is adopted in place: nothing is replaced or destroyed", async () => {
      const plan = await terraform.plan();
      const planned = await terraform.changes(plan);
      const changes = planned
        .filter(({ action }) => action !== "read")
        .filter(({ address }) => !address.includes(".terraform_data."))
        .map(({ address, action, arguments: names }) => [
          `${action} ${address}`,
          ...(action === "update" ? names : []),
        ]);
      const made = planned.filter(({ address }) => address.includes(".terraform_data."));
      expect([...new Set(made.map(({ action }) => action))]).toEqual(["create"]);
      expect(changes).toEqual([
        // The emulator forgets these of a distribution, and the policy is looked at again with it.
        [
          "update module.private.aws_cloudfront_distribution.oidc",
          "default_cache_behavior",
          "origin",
          "viewer_certificate",
        ],
        ["update module.private.aws_s3_bucket_policy.oidc", "policy"],
      ]);
      await terraform.apply(plan);
      expect(await identities()).toEqual(expect.arrayContaining(ids));
      expect(Object.keys((await terraform.plan()).actions)).not.toContainEqual(
        expect.stringMatching(/module\.(irsa|rotating)\./),
      );
    });

    test("keeps its key", async () => {
      const outputs = (await terraform.outputs()).value("irsa") as IssuerOutputs;
      await verifyToken(cloud, outputs);
    });
  },
);
