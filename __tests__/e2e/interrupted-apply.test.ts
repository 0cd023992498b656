import { AwsApi } from "../../sandbox/aws-api";
import { action, type RequestMatcher } from "../../sandbox/fault-proxy";
import { LocalCloud } from "../../sandbox/local-cloud";
import { synthesize } from "../../sandbox/synthesize";
import type { Terraform } from "../../sandbox/terraform-runner";
import { Hosting } from "../../modules/issuer";
import { ClusterStack } from "../../stacks/cluster-stack";
import { readBlocks } from "../support/guide";
import { describeWith } from "./support/describe-with";
import { issuerOutputs, verifyToken } from "./support/issuer";

const region = "eu-central-1";
const account = "123456789012";
const guide = readBlocks("docs/guides/interrupted-apply.md").map(({ text }) => text);

/** The values that the guide's commands have in this test. */
const values: Readonly<Record<string, string>> = {
  "acme-prod-oidc": "acme-oidc",
  "111122223333": account,
  "talos/prod": "talos/prod",
  "prod-app": "app",
};

/** A command of the guide that begins with some words, as the words of this test's values. */
function commandOf(begin: string): string[] {
  const line = guide.flatMap((text) => text.split("\n")).find((each) => each.startsWith(begin));
  if (line === undefined) throw new Error(`the guide has no command ${begin}`);
  const text = Object.entries(values).reduce(
    (current, [from, to]) => current.replaceAll(from, to),
    line,
  );
  return text.split(" ").map((word) => word.replace(/^'(.*)'$/, "$1"));
}

describeWith(
  ["terraform", "aws", "tls", "external", "emulator", "openssl"],
  "an apply that was killed after AWS had made something, and before that was in the state",
  () => {
    let cloud: LocalCloud;
    let terraform: Terraform;
    beforeAll(async () => {
      cloud = await LocalCloud.start();
      terraform = await cloud.terraform(
        synthesize(
          (app) =>
            new ClusterStack(app, "prod", {
              region,
              issuer: {
                hosting: Hosting.s3({ bucket: "acme-oidc", region, publicBy: "policy" }),
                secret: { name: "talos/prod" },
              },
              serviceAccountRoles: [{ name: "app", serviceAccounts: ["shop/app"] }],
            }),
        ),
      );
    });
    afterAll(() => cloud.stop());

    const createBucket: RequestMatcher = ({ method, path, query }) =>
      method === "PUT" && path === "/acme-oidc" && query.length === 0;

    const api = () => new AwsApi(cloud.emulator.url, region);

    /** The ARN that only AWS knows: of the secret, with its random ending. */
    const secretArn = async () => {
      const { ARN } = await api().secretsManager("DescribeSecret", { SecretId: "talos/prod" });
      return String(ARN);
    };

    /** Runs a command of the guide. */
    const run = async (begin: string) => {
      const [, command = "", ...rest] = commandOf(begin);
      const arn = rest.includes("SECRET-ARN") ? await secretArn() : "";
      await terraform.run(
        command,
        "-no-color",
        ...rest.map((word) => word.replace("SECRET-ARN", arn)),
      );
    };

    test("a bucket is imported by the guide's command", async () => {
      // Whether the secret, too, is made before the kill would be chance.
      const hold = cloud.proxy.hold(action("CreateSecret"));
      const apply = terraform.startApply();
      const observed = cloud.proxy.observe((request) => {
        if (createBucket(request)) apply.kill("SIGKILL");
      });
      expect(await apply.ended).toMatchObject({ signal: "SIGKILL" });
      expect(observed.changes.some(createBucket)).toBe(true);
      hold.release();
      cloud.proxy.clear();

      await expect(terraform.apply()).rejects.toThrow(
        /BucketAlreadyOwnedByYou|BucketAlreadyExists/,
      );
      await run("terraform import aws_s3_bucket.oidc");
      await terraform.apply();
      expect((await terraform.plan()).actions).toEqual({});
      const outputs = await terraform.outputs();
      await verifyToken(cloud, issuerOutputs(outputs));
    });

    test("secret, identity provider and role are imported by the guide's commands", async () => {
      // What a kill leaves: they are there, and not in the state.
      const lost = [
        "aws_secretsmanager_secret.signing_key",
        "aws_iam_openid_connect_provider.oidc",
        "aws_iam_role.app",
      ];
      await terraform.run("state", "rm", "terraform_data.deletion_protection", ...lost);
      const failure = await terraform.apply().then(() => "", String);
      expect(failure).toMatch(/EntityAlreadyExists/);
      expect(failure).toMatch(/creating Secrets Manager Secret \(talos\/prod\)[^]*already exists/);
      await run("terraform import aws_secretsmanager_secret.signing_key");
      await run("terraform import aws_iam_openid_connect_provider.oidc");
      await expect(terraform.apply()).rejects.toThrow(/EntityAlreadyExists[^]*app/);
      await run("terraform import aws_iam_role.");
      await terraform.apply();
      expect((await terraform.plan()).actions).toEqual({});
    });

    test("a secret that somebody has deleted is restored by the guide's command", async () => {
      await api().secretsManager("DeleteSecret", { SecretId: "talos/prod" });
      await expect(terraform.apply()).rejects.toThrow(
        /reading Secrets Manager Secret Version [^]*(marked|scheduled) (deleted|for deletion)|InvalidRequestException/,
      );
      const [, option, id] = commandOf("aws secretsmanager restore-secret").slice(-3);
      expect(option).toBe("--secret-id");
      await api().secretsManager("RestoreSecret", { SecretId: id });
      await terraform.apply();
      expect((await terraform.plan()).actions).toEqual({});
    });
  },
);

describeWith(["terraform", "aws", "emulator"], "a lock that a killed apply left in S3", () => {
  let cloud: LocalCloud;
  beforeAll(async () => {
    cloud = await LocalCloud.start();
  });
  afterAll(() => cloud.stop());

  test("is named with its ID, and removed by the guide's command", async () => {
    const api = cloud.emulator.url;
    await fetch(`${api}/acme-terraform-state`, { method: "PUT" });
    const backend = {
      s3: {
        bucket: "acme-terraform-state",
        key: "self-hosted-irsa/prod.tfstate",
        region: "us-east-1",
        use_lockfile: true,
        use_path_style: true,
        skip_credentials_validation: true,
        skip_requesting_account_id: true,
        skip_metadata_api_check: true,
        endpoints: { s3: cloud.proxy.url },
      },
    };
    const stack = synthesize(
      (app) =>
        new ClusterStack(app, "prod", { region, issuer: { issuerUrl: "https://a.example" } }),
    );
    const terraform = await cloud.terraform(stack, { backend });
    await terraform.apply();
    const id = "11111111-2222-3333-4444-555555555555";
    await fetch(`${api}/acme-terraform-state/self-hosted-irsa/prod.tfstate.tflock`, {
      method: "PUT",
      body: JSON.stringify({
        ID: id,
        Operation: "OperationTypeApply",
        Who: "ci",
        Version: "1.11.4",
        Created: "2026-01-01T00:00:00Z",
        Path: "",
      }),
    });
    await expect(terraform.apply()).rejects.toThrow(/Error acquiring the state lock[^]*1111/);
    expect(commandOf("terraform force-unlock")).toEqual(["terraform", "force-unlock", "LOCK-ID"]);
    await terraform.run("force-unlock", "-force", id);
    expect((await terraform.plan()).actions).toEqual({});
  });
});
