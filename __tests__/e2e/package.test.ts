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

    test("reads secrets with the SDK that it contains", () => {
      const bundle = join(project, "node_modules/self-hosted-irsa/dist/cli/aws.cjs");
      const script = `const sdk = require(${JSON.stringify(bundle)})["@aws-sdk/client-secrets-manager"];
        const { endpoint, secret } = JSON.parse(process.argv[1]);
        const client = new sdk.SecretsManagerClient({ region: "eu-central-1", endpoint });
        client.send(new sdk.CreateSecretCommand({ Name: "probe", SecretString: secret }))
          .then(() => client.send(new sdk.GetSecretValueCommand({ SecretId: "probe" })))
          .then(({ SecretString }) => process.stdout.write(SecretString));`;
      const given = JSON.stringify({ endpoint: cloud.emulator.url, secret: "a secret" });
      const env = {
        ...process.env,
        AWS_ACCESS_KEY_ID: "testing",
        AWS_SECRET_ACCESS_KEY: "testing",
      };
      const read = execFileSync("node", ["--eval", script, given], { encoding: "utf8", env });
      expect(read).toBe("a secret");
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
