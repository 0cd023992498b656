import { cpSync } from "node:fs";
import { LocalCloud } from "../../sandbox/local-cloud";
import { synthesize } from "../../sandbox/synthesize";
import type { Terraform } from "../../sandbox/terraform-runner";
import { type IrsaStackProps, IrsaStack } from "../../stacks/irsa-stack";
import { SigningKey } from "../../modules/issuer";
import { configuration, exported, reconfigure } from "./support/configuration";
import { describeWith } from "./support/describe-with";
import { published, publishedKeyIds, secretKeyId } from "./support/issuer";

const variables = { bucket_name: "acme-oidc", cluster_name: "prod", secret_prefix: "talos" };
const needs = ["terraform", "aws", "tls", "external", "emulator", "openssl"] as const;

describeWith(needs, "an issuer with deletion protection", () => {
  let cloud: LocalCloud;
  let terraform: Terraform;
  beforeAll(async () => {
    cloud = await LocalCloud.start();
    terraform = await cloud.terraform(synthesized({}), { variables });
    await terraform.apply();
  });
  afterAll(() => cloud.stop());

  const synthesized = (props: IrsaStackProps) =>
    synthesize((app) => new IrsaStack(app, "irsa", props));
  const change = (props: IrsaStackProps) => {
    cpSync(synthesized(props), terraform.directory, { recursive: true });
  };
  /** Why a plan fails, in one line. */
  const failure = async (plan: Promise<unknown>) => {
    const text = await plan.then(
      () => "it does not fail",
      (error: unknown) => String(error),
    );
    return text.replaceAll(/[\s│╷╵]+/g, " ");
  };

  test("is not destroyed", async () => {
    const text = await failure(terraform.plan({ destroy: true }));
    expect(text).toContain("terraform_data.deletion_protection");
    expect(text).toMatch(/prevent_destroy/);
  });

  test("is not moved to another bucket or region: the plan names both issuers and what to do", async () => {
    const other = terraform.with({ variables: { bucket_name: "acme-other" } });
    const text = await failure(other.plan());
    expect(text).toContain(
      "The issuer would change from https://s3.us-east-1.amazonaws.com/acme-oidc to https://s3.us-east-1.amazonaws.com/acme-other, and AWS would refuse every token of the cluster.",
    );
    expect(text).toContain("Publish the new issuer beside this one first, as nextIssuer");
    const elsewhere = terraform.with({ env: { AWS_REGION: "eu-central-1" } });
    expect(await failure(elsewhere.plan())).toMatch(
      /The issuer would change|prevent_destroy|301|different region/,
    );
  });

  test("keeps its key: it is neither dropped, renamed nor made of another algorithm", async () => {
    change({ keys: [SigningKey.generated("other")] });
    const renamed = await failure(terraform.plan());
    expect(renamed).toContain('terraform_data.key_until_retired["key"]');
    change({ keys: [SigningKey.generated("key", { algorithm: "EC-P256" })] });
    expect(await failure(terraform.plan())).toContain(
      'The key "key" would change from RSA-2048 to EC-P256, and AWS would refuse every token that it has signed.',
    );
  });

  test("has its key renamed by its previous name: the same key stays published", async () => {
    const before = await publishedKeyIds(cloud, "acme-oidc");
    change({ keys: [SigningKey.generated("first", { previousName: "key" })] });
    await terraform.apply();
    expect(await publishedKeyIds(cloud, "acme-oidc")).toEqual(before);
    expect(await secretKeyId(cloud, "talos/prod")).toBe(before?.[0]);
  });

  test("gives its key up in steps: another one signs, then the old one is retired", async () => {
    const [first, second] = ["first", "second"].map((name) => SigningKey.generated(name)) as [
      SigningKey,
      SigningKey,
    ];
    change({ keys: [first, second], signingKey: "second" });
    await terraform.apply();
    change({ keys: [second] });
    expect(await failure(terraform.plan())).toContain('key_until_retired["first"]');
    change({ keys: [second], retiredKeys: ["first"] });
    await terraform.apply();
    expect(await publishedKeyIds(cloud, "acme-oidc")).toEqual([
      await secretKeyId(cloud, "talos/prod"),
    ]);
    expect((await terraform.plan()).empty).toBe(true);
  });

  test("gives up a key that leaked in one apply, whether its name changes or not", async () => {
    change({ keys: [SigningKey.generated("third")], retiredKeys: ["first", "second"] });
    await terraform.apply();
    const [third] = (await publishedKeyIds(cloud, "acme-oidc")) ?? [];
    expect(third).toBe(await secretKeyId(cloud, "talos/prod"));

    await terraform.apply({ replace: ["tls_private_key.third"] });
    const keyId = await secretKeyId(cloud, "talos/prod");
    expect(keyId).not.toBe(third);
    expect(await publishedKeyIds(cloud, "acme-oidc")).toEqual([keyId]);
  });

  test("has its identity provider made again, when the protection of the lost one is lifted", async () => {
    const arn = (await terraform.outputs()).value("oidc_provider_arn") as string;
    await cloud.api.iam("DeleteOpenIDConnectProvider", { OpenIDConnectProviderArn: arn });
    expect(await failure(terraform.plan())).toMatch(
      /terraform_data\.deletion_protection\["resources"\] has (lifecycle\.)?prevent_destroy set/,
    );
    await terraform.run("state", "rm", "terraform_data.deletion_protection");
    const plan = await terraform.plan();
    expect(plan.actions).toEqual({
      "aws_iam_openid_connect_provider.oidc": "create",
      'terraform_data.deletion_protection["issuer"]': "create",
      'terraform_data.deletion_protection["resources"]': "create",
    });
    await terraform.apply(plan);
    expect((await terraform.plan()).empty).toBe(true);
  });

  test("is destroyed without the protection", async () => {
    change({ keys: [SigningKey.generated("second")], deletionProtection: false });
    await terraform.destroy();
    expect(await published(cloud, "acme-oidc")).toBeUndefined();
  });
});

describeWith(needs, "the exported module with deletion protection", () => {
  let cloud: LocalCloud;
  beforeAll(async () => {
    cloud = await LocalCloud.start();
  });
  afterAll(() => cloud.stop());

  const root = (input: object = {}) => ({
    provider: { aws: [{}] },
    module: { irsa: { source: exported.withoutNode, ...variables, ...input } },
  });

  test("is destroyed after its protection has been removed from the state", async () => {
    const terraform = await cloud.terraform(configuration(root()));
    await terraform.apply();
    await expect(terraform.plan({ destroy: true })).rejects.toThrow(/deletion_protection/);
    reconfigure(terraform.directory, root({ bucket_name: "acme-other" }));
    await expect(terraform.plan()).rejects.toThrow(/The issuer would change/);

    reconfigure(terraform.directory, root());
    await terraform.run("state", "rm", "module.irsa.terraform_data.deletion_protection");
    await terraform.destroy();
    expect(await published(cloud, "acme-oidc")).toBeUndefined();
  });
});
