import { execFileSync } from "node:child_process";
import { lstatSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { temporaryDirectory } from "../../sandbox/directory";
import { LocalCloud } from "../../sandbox/local-cloud";
import { pack, run } from "../support/pack";
import { describeWith } from "./support/describe-with";

const root = join(__dirname, "../..");

/** The files below a directory, in bytes. */
function sizeOf(directory: string): number {
  return readdirSync(directory, { recursive: true, encoding: "utf8" })
    .map((name) => lstatSync(join(directory, name)))
    .reduce((sum, status) => sum + (status.isFile() ? status.size : 0), 0);
}

describeWith(
  ["terraform", "aws", "tls", "external", "emulator"],
  "the package in an empty directory, without a network",
  () => {
    let cloud: LocalCloud;
    const directory = temporaryDirectory("package");
    const project = join(directory, "project");
    beforeAll(async () => {
      cloud = await LocalCloud.start();
      const { filename } = pack(directory);
      mkdirSync(project);
      run(project, "npm", "install", "--offline", "--silent", join("..", filename));
    });
    afterAll(() => cloud.stop());

    test("is installed alone, in at most 5 MB", () => {
      const modules = join(project, "node_modules");
      const names = readdirSync(modules).filter((name) => !name.startsWith("."));
      expect(names).toEqual(["self-hosted-irsa"]);
      expect(sizeOf(modules)).toBeLessThanOrEqual(5_000_000);
    });

    test("has the same command under two names", () => {
      const irsa = run(project, "npx", "--offline", "irsa", "--help");
      expect(run(project, "npx", "--offline", "self-hosted-irsa", "--help")).toBe(irsa);
      expect(irsa).toContain("Usage: irsa");
    });

    test("has what the schema comment and the modules of Terraform name", () => {
      const own = join(project, "node_modules/self-hosted-irsa");
      expect(JSON.parse(readFileSync(join(own, "irsa.schema.json"), "utf8"))).toHaveProperty(
        "$schema",
      );
      expect(readdirSync(join(own, "terraform"))).toEqual(readdirSync(join(root, "terraform")));
    });

    test("reads secrets, identity providers and roles with the SDK that it contains", async () => {
      await cloud.api.secretsManager("CreateSecret", { Name: "probe", SecretString: "a secret" });
      await cloud.api.iam("CreateOpenIDConnectProvider", { Url: "https://oidc.acme.example" });
      await cloud.api.iam("CreateRole", { RoleName: "probe", AssumeRolePolicyDocument: "{}" });
      const bundle = join(project, "node_modules/self-hosted-irsa/dist/cli/aws.cjs");
      const script = `const sdk = require(${JSON.stringify(bundle)});
        const config = { region: "us-east-1", endpoint: process.argv[1] };
        const [secrets, iam, sts] = [sdk.SecretsManagerClient, sdk.IAMClient, sdk.STSClient].map((Client) => new Client(config));
        Promise.all([
          secrets.send(new sdk.GetSecretValueCommand({ SecretId: "probe" })),
          iam.send(new sdk.ListOpenIDConnectProvidersCommand({})),
          iam.send(new sdk.GetRoleCommand({ RoleName: "probe" })),
          sts.send(new sdk.GetCallerIdentityCommand({})),
        ]).then(([{ SecretString }, { OpenIDConnectProviderList: [{ Arn }] }, { Role }, { Account }]) =>
          process.stdout.write([SecretString, Arn, Role.RoleName, Account].join(" ")));`;
      const env = {
        ...process.env,
        AWS_ACCESS_KEY_ID: "testing",
        AWS_SECRET_ACCESS_KEY: "testing",
      };
      const argv = ["--eval", script, cloud.emulator.url];
      expect(execFileSync("node", argv, { encoding: "utf8", env })).toBe(
        "a secret arn:aws:iam::123456789012:oidc-provider/oidc.acme.example probe 123456789012",
      );
    });

    test("makes of flags a configuration, and of that a stack that Terraform validates and plans", async () => {
      const init =
        "npx --offline self-hosted-irsa init --region eu-central-1 --bucket acme-prod-oidc";
      run(project, "bash", "-ec", `${init} --yes`);
      run(project, "npx", "--offline", "irsa", "synth");
      const stack = join(project, "cdktf.out/stacks/prod");
      const terraform = await cloud.terraform(stack);
      await terraform.validate();
      const plan = await terraform.plan();
      expect(Object.keys(plan.actions)).toContainEqual(
        expect.stringContaining("aws_iam_openid_connect_provider"),
      );
    });
  },
);
