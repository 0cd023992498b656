import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { capabilitiesOfRun } from "../../sandbox/capabilities";
import { temporaryDirectory } from "../../sandbox/directory";
import { LocalCloud } from "../../sandbox/local-cloud";
import { Terraform } from "../../sandbox/terraform-runner";
import { readBlocks } from "../support/guide";
import { configuration, exported, reconfigure } from "./support/configuration";
import { describeWith } from "./support/describe-with";

const blocks = readBlocks("terraform/irsa-role/README.md").map(({ text }) => text);
const isMove = (block: string) => block.startsWith("moved {");
const git =
  "git::https://github.com/self-hosted-irsa/self-hosted-irsa.git//terraform/irsa-role?ref=v0.1.0";

describeWith(["terraform"], "the modules that are exported", () => {
  test("are formatted as Terraform formats them", async () => {
    const { binary } = capabilitiesOfRun() ?? {};
    const directory = temporaryDirectory("format");
    cpSync("terraform", directory, { recursive: true });
    const terraform = new Terraform({ directory, binary });
    await expect(terraform.run("fmt", "-check", "-recursive")).resolves.toMatchObject({
      output: "",
    });
  });
});

describeWith(["terraform", "aws"], "the module irsa-role", () => {
  test("passes its own tests", async () => {
    const directory = temporaryDirectory("irsa-role");
    cpSync(exported.role, directory, { recursive: true });
    const files = readdirSync(join(directory, "tests"));
    const runs = files.flatMap((file) =>
      readFileSync(join(directory, "tests", file), "utf8").match(/^run "/gm),
    );
    const { binary, pluginDirectories } = capabilitiesOfRun() ?? {};
    const terraform = new Terraform({ directory, binary, pluginDirectories });
    await terraform.init();
    const { output } = await terraform.run("test", "-no-color");
    expect(output).toContain(`Success! ${runs.length} passed, 0 failed.`);
  });
});

describeWith(["terraform", "aws", "emulator"], "the module irsa-role, applied", () => {
  let cloud: LocalCloud;
  beforeAll(async () => {
    cloud = await LocalCloud.start();
  });
  afterEach(() => cloud.reset());
  afterAll(() => cloud.stop());

  test("makes what the examples of its README say, of values that are known at apply only", async () => {
    const directory = temporaryDirectory("examples");
    const examples = blocks.filter((block) => !isMove(block)).join("\n");
    writeFileSync(join(directory, "main.tf"), examples.replaceAll(git, exported.role));
    mkdirSync(join(directory, "issuer"));
    writeFileSync(join(directory, "issuer/main.tf"), issuer);
    writeFileSync(
      join(directory, "issuers.tf"),
      ["irsa", "blue", "green"]
        .map((name) => `module "${name}" {\n  source = "./issuer"\n  name = "${name}"\n}\n`)
        .join("\n"),
    );
    const terraform = await cloud.terraform(directory);
    await terraform.apply();
    expect((await terraform.plan()).actions).toEqual({});
    const state = await terraform.state();
    expect([...state.keys()].filter((address) => address.includes("aws_iam_role_policy"))).toEqual([
      'module.ebs_csi.aws_iam_role_policy_attachment.managed["ebs-csi"]',
      'module.logs.aws_iam_role_policy.inline["logs"]',
      'module.reports.aws_iam_role_policy_attachment.managed["reports"]',
    ]);
    const policy = state.get("module.logs.aws_iam_role.this")?.assume_role_policy as string;
    expect(JSON.parse(policy)).toEqual({
      Version: "2012-10-17",
      Statement: ["blue", "green"].map((name) => ({
        Effect: "Allow",
        Action: "sts:AssumeRoleWithWebIdentity",
        Principal: {
          Federated: `arn:aws:iam::123456789012:oidc-provider/${name}.example.org`,
        },
        Condition: {
          StringEquals: { [`${name}.example.org:aud`]: ["sts.amazonaws.com", name] },
          StringLike: { [`${name}.example.org:sub`]: "system:serviceaccount:observability:*" },
        },
      })),
    });
  });

  test("takes over what its first version made, under the same keys or moved to others", async () => {
    const arn = "arn:aws:iam::aws:policy/service-role/AmazonEBSCSIDriverPolicy";
    const hostpath = "oidc.example.org";
    const providerArn = `arn:aws:iam::123456789012:oidc-provider/${hostpath}`;
    const root = (module: object, moves: object = {}) => ({
      provider: { aws: [{}] },
      module: {
        ebs_csi: {
          name: "prod-ebs-csi",
          service_accounts: ["kube-system/ebs-csi-controller-sa", "kube-system/ebs-*"],
          inline_policies: {
            list: JSON.stringify({
              Version: "2012-10-17",
              Statement: [{ Effect: "Allow", Action: "s3:ListAllMyBuckets", Resource: "*" }],
            }),
          },
          ...module,
        },
      },
      ...moves,
    });
    const terraform = await cloud.terraform(
      configuration(
        root({
          source: firstVersion(),
          issuers: [{ issuer_hostpath: hostpath, provider_arn: providerArn }],
          managed_policy_arns: [arn],
        }),
      ),
    );
    await terraform.apply();

    const issuers = [{ issuer_hostpath: hostpath, oidc_provider_arn: providerArn }];
    const today = { source: exported.role, issuers };
    reconfigure(terraform.directory, root({ ...today, managed_policy_arns: { [arn]: arn } }));
    await terraform.init();
    expect((await terraform.plan()).actions).toEqual({});

    reconfigure(terraform.directory, root({ ...today, managed_policy_arns: { "ebs-csi": arn } }));
    writeFileSync(join(terraform.directory, "moved.tf"), blocks.find(isMove) ?? "");
    const plan = await terraform.plan();
    expect(plan.actions).toEqual({});
    expect(plan.text.replaceAll(/\s+/g, " ")).toContain(
      `${attachment(arn)} has moved to ${attachment("ebs-csi")}`,
    );
  });
});

const attachment = (key: string) =>
  `module.ebs_csi.aws_iam_role_policy_attachment.managed["${key}"]`;

/** A module in the place of `irsa`, with the output that roles are made of. */
const issuer = `
variable "name" {
  type = string
}

resource "aws_iam_openid_connect_provider" "oidc" {
  url            = "https://\${var.name}.example.org"
  client_id_list = ["sts.amazonaws.com", var.name]
  thumbprint_list = ["0123456789abcdef0123456789abcdef01234567"]
}

output "trusted_issuers" {
  value = [{
    issuer_url        = "https://\${var.name}.example.org"
    issuer_hostpath   = "\${var.name}.example.org"
    oidc_provider_arn = aws_iam_openid_connect_provider.oidc.arn
    audiences         = ["sts.amazonaws.com", var.name]
  }]
}
`;

/** The module as the first version had it. */
function firstVersion(): string {
  const directory = temporaryDirectory("first-version");
  const hcl = readFileSync(join(__dirname, "../fixtures/first-version/irsa-role.tf"), "utf8");
  // OpenTofu takes a source with this host for another provider than the one without.
  const isTofu = capabilitiesOfRun()?.binary === "tofu";
  writeFileSync(
    join(directory, "main.tf"),
    isTofu ? hcl.replaceAll("registry.terraform.io/hashicorp/", "hashicorp/") : hcl,
  );
  return directory;
}
