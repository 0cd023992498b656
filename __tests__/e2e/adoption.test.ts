import { cpSync, rmSync } from "node:fs";
import { join } from "node:path";
import { LocalCloud } from "../../sandbox/local-cloud";
import { synthesize } from "../../sandbox/synthesize";
import type { Terraform } from "../../sandbox/terraform-runner";
import { IrsaStack } from "../../stacks/irsa-stack";
import { configuration, exported, reconfigure } from "./support/configuration";
import { describeWith } from "./support/describe-with";
import { type IssuerOutputs, issuerOutputs, published, verifyToken } from "./support/issuer";
import { talosConfiguration } from "./support/talos-module";

const variables = { bucket_name: "acme-oidc", cluster_name: "prod", secret_prefix: "talos" };
const env = { AWS_REGION: "eu-central-1" };
const provider = { aws: [{}] };

const isProtection = ({ address }: { readonly address: string }) =>
  address.includes("terraform_data.");
const protection = [
  'create terraform_data.deletion_protection["issuer"]',
  'create terraform_data.deletion_protection["resources"]',
  'create terraform_data.issuer_until_retired["oidc"]',
  'create terraform_data.key_until_retired["key"]',
];

/**
 * What a user of the documentation's module sees in the plan, beside the issuer's protection: the two
 * objects, and nothing else.
 */
const inPlace = [
  {
    address: "aws_s3_object.keys_json",
    action: "update",
    arguments: ["content", "content_type", "etag", "version_id"],
  },
  {
    address: "aws_s3_object.openid-configuration",
    action: "update",
    arguments: ["content_type", "version_id"],
  },
];

describeWith(
  ["terraform", "aws", "tls", "external", "emulator", "openssl"],
  "a state of the Talos documentation's module",
  () => {
    let cloud: LocalCloud;
    beforeAll(async () => {
      cloud = await LocalCloud.start();
    });
    afterEach(() => cloud.reset());
    afterAll(() => cloud.stop());

    /** The modulus of the published key. */
    const modulus = async () => {
      const jwks = (await published(cloud, "acme-oidc")) ?? "{}";
      return (JSON.parse(jwks) as { keys?: { n: string }[] }).keys?.[0]?.n;
    };
    const identities = async (terraform: Terraform) =>
      [...(await terraform.state())]
        .filter(([address]) => !address.includes("data."))
        .map(([address, { id, arn }]) => ({ address, id, arn }));

    test("is adopted by our stack in place", async () => {
      const terraform = await cloud.terraform(talosConfiguration({ provider }), { variables, env });
      await terraform.apply();
      const before = await identities(terraform);
      expect(before).toHaveLength(9);
      expect((await modulus())?.split("\n").map(({ length }) => length)).toEqual([
        76, 76, 76, 76, 38,
      ]);

      rmSync(join(terraform.directory, "recipe.cjs"));
      cpSync(
        synthesize((app) => new IrsaStack(app, "irsa")),
        terraform.directory,
        { recursive: true },
      );
      const adopting = await terraform.plan();
      const changes = await terraform.changes(adopting);
      expect(changes.filter((change) => !isProtection(change))).toEqual(inPlace);
      const others = changes.filter(isProtection);
      expect(others.map(({ address, action }) => `${action} ${address}`)).toEqual(protection);
      await terraform.apply(adopting);
      expect(await identities(terraform)).toEqual(before);
      expect(await modulus()).toMatch(/^[\w-]{342}$/);
      await verifyToken(cloud, issuerOutputs(await terraform.outputs()));
      expect((await terraform.plan()).actions).toEqual({});
    });

    test("is adopted by our module under the same module name", async () => {
      const root = (source: string) => ({
        provider,
        module: { irsa: { source, ...variables } },
      });
      const terraform = await cloud.terraform(configuration(root(talosConfiguration())), { env });
      await terraform.apply();
      const before = await identities(terraform);

      reconfigure(terraform.directory, {
        ...root(exported.irsa),
        output: { irsa: { value: "${module.irsa}", sensitive: true } },
      });
      await terraform.init();
      const adopting = await terraform.plan();
      const changes = await terraform.changes(adopting);
      expect(changes.filter((change) => !isProtection(change))).toEqual(
        inPlace.map((change) => ({ ...change, address: `module.irsa.${change.address}` })),
      );
      await terraform.apply(adopting);
      expect(await identities(terraform)).toEqual(before);
      await verifyToken(cloud, (await terraform.outputs()).value("irsa") as IssuerOutputs);
    });
  },
);
