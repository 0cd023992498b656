import { generateKeyPairSync } from "node:crypto";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { capabilitiesOfRun } from "../../sandbox/capabilities";
import { temporaryDirectory } from "../../sandbox/directory";
import { outputOf } from "../../sandbox/guarded-process";
import { LocalCloud } from "../../sandbox/local-cloud";
import { baseEnvironment } from "../../sandbox/terraform-runner";
import { readPublicKeys } from "../../modules/documents";
import { describeWith } from "./support/describe-with";
import { published, publicPem } from "./support/issuer";

const root = join(__dirname, "../..");
const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
const pem = publicPem(privateKey.export({ type: "sec1", format: "pem" }).toString());

describeWith(["terraform", "aws", "emulator"], "the CDKTF command line", () => {
  let cloud: LocalCloud;
  beforeAll(async () => {
    cloud = await LocalCloud.start();
  });
  afterAll(() => cloud.stop());

  test("deploys and destroys a cluster of irsa.yaml, with the state beside it", async () => {
    const project = temporaryDirectory("deploy");
    const app = `node --import ${require.resolve("tsx")} ${join(root, "main.ts")}`;
    writeFileSync(join(project, "cdktf.json"), JSON.stringify({ language: "typescript", app }));
    writeFileSync(join(project, "sa.pub"), pem);
    writeFileSync(
      join(project, "irsa.yaml"),
      `clusters:
  - name: prod
    region: us-east-1
    bucket: acme-deploy-oidc
    keys: [{ name: sa, publicKeyFile: sa.pub }]
    thumbprint: none
    deletionProtection: false
`,
    );
    // The command line locks providers too, which would need a registry.
    const providers =
      capabilitiesOfRun()?.pluginDirectories.find((directory) =>
        ["registry.terraform.io", "registry.opentofu.org"].some((registry) =>
          existsSync(join(directory, registry, "hashicorp/aws")),
        ),
      ) ?? "";
    const cdktf = async (command: string) =>
      outputOf([join(root, "node_modules/.bin/cdktf"), command, "prod", "--auto-approve"], {
        cwd: project,
        env: {
          ...baseEnvironment(),
          AWS_ENDPOINT_URL: cloud.proxy.url,
          TERRAFORM_BINARY_NAME: capabilitiesOfRun()?.binary,
          TF_CLI_ARGS_init: `-plugin-dir=${providers}`,
          TF_CLI_ARGS_providers_lock: `-fs-mirror=${providers}`,
        },
      });

    await cdktf("deploy");
    expect(existsSync(join(project, "terraform.prod.tfstate"))).toBe(true);
    expect(JSON.parse((await published(cloud, "acme-deploy-oidc")) ?? "")).toEqual({
      keys: await readPublicKeys(pem),
    });
    await cdktf("destroy");
    expect(await published(cloud, "acme-deploy-oidc")).toBeUndefined();
  });
});
