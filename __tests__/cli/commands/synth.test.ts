import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "@cdktf/hcl2json";
import { App } from "cdktf";
import { loadConfig } from "../../../config/load";
import { addStacks } from "../../../stacks/add-stacks";
import { temporaryDirectory } from "../../../sandbox/directory";
import { contents } from "../../support/golden";
import { irsa, runIn, command, directory } from "../run";

const cluster = (name: string, rest = "") =>
  `  - {name: ${name}, region: eu-central-1, bucket: acme-${name}, secretPrefix: talos${rest}}\n`;
const two = `clusters:\n${cluster("prod", ', accountId: "111122223333"')}${cluster("lab")}`;
const files = { "irsa.yaml": two };

describe("irsa synth", () => {
  test("writes what the app writes, a directory each, and says what to do next", async () => {
    const { status, stdout, stderr, cwd, written } = await irsa(["synth"], { files });
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    const terraform = "terraform -chdir=cdktf.out/stacks/prod";
    expect(stdout).toContain(`  ${terraform} init\n  ${terraform} apply\n`);
    const app = new App({ outdir: temporaryDirectory("app") });
    addStacks(app, await loadConfig({ file: join(cwd, "irsa.yaml") }));
    app.synth();
    expect(contents(join(cwd, "cdktf.out/stacks"))).toEqual(contents(join(app.outdir, "stacks")));
    expect(Object.keys(written).filter((name) => name.endsWith(".json"))).toEqual([
      "cdktf.out/stacks/lab/cdk.tf.json",
      "cdktf.out/stacks/prod/cdk.tf.json",
    ]);
  });

  test("calls nothing of Node's that a newer Node warns of", () => {
    const hook =
      "require('util').isArray = () => { throw new Error('util.isArray is deprecated'); };";
    const cwd = directory({ files: { ...files, "hook.cjs": hook } });
    const { status, stderr } = runIn(cwd, ["node", "--require", "./hook.cjs", command, "synth"]);
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  });

  test("writes the chosen stacks alone, as HCL where asked, where asked", async () => {
    const argv = ["synth", "lab", "--hcl", "--out", "out", "--json"];
    const { stdout, written } = await irsa(argv, { files });
    const names = Object.keys(written).filter((name) => !name.endsWith(".cjs"));
    expect(names).toEqual(["out/stacks/lab/cdk.tf"]);
    expect(written["out/stacks/lab/cdk.tf"]).toContain('resource "aws_s3_bucket" "oidc" {');
    expect(JSON.parse(stdout)).toMatchObject({ stacks: ["lab"] });
  });

  test("writes what the CDKTF command line reads, where that says", async () => {
    const { cwd, written } = await irsa(["synth"], { files, env: { CDKTF_OUTDIR: "out" } });
    const app = new App({ outdir: temporaryDirectory("app") });
    addStacks(app, await loadConfig({ file: join(cwd, "irsa.yaml") }));
    app.synth();
    const manifest = contents(app.outdir)["manifest.json"] ?? "";
    expect(JSON.parse(written["out/manifest.json"] ?? "")).toEqual(JSON.parse(manifest));
    expect(written).toHaveProperty(["out/stacks/prod/cdk.tf.json"]);
  });

  test("leaves files alone that are there with their content", () => {
    const cwd = directory({ files });
    const argv = ["node", command, "synth"];
    runIn(cwd, argv);
    const stack = (name: string) => join(cwd, `cdktf.out/stacks/${name}/cdk.tf.json`);
    const { ino, mtimeMs } = statSync(stack("prod"));
    writeFileSync(stack("lab"), "{}");
    runIn(cwd, argv);
    expect(statSync(stack("prod"))).toMatchObject({ ino, mtimeMs });
    expect(readFileSync(stack("lab"), "utf8")).toContain("acme-lab");
  });

  test("leaves one syntax alone in a stack's directory", async () => {
    const { cwd, written } = await irsa(["synth", "--hcl"], {
      files: { ...files, "cdktf.out/stacks/lab/cdk.tf.json": "{}" },
    });
    expect(Object.keys(written)).toContain("cdktf.out/stacks/lab/cdk.tf");
    expect(existsSync(join(cwd, "cdktf.out/stacks/lab/cdk.tf.json"))).toBe(false);
  });

  test("leaves Terraform's own files where they are, and names what is of no stack any more", async () => {
    const kept = {
      "cdktf.out/stacks/prod/.terraform.lock.hcl": "# a lock",
      "cdktf.out/stacks/old/terraform.tfstate": "{}",
    };
    const { stderr, cwd } = await irsa(["synth"], { files: { ...files, ...kept } });
    for (const name of Object.keys(kept)) expect(existsSync(join(cwd, name))).toBe(true);
    expect(stderr).toBe(
      `warning: ${cwd}/cdktf.out/stacks/old belongs to no stack of the configuration: run terraform destroy there, or move its state, before you delete it\n`,
    );
  });

  test.each<[string, readonly string[], Readonly<Record<string, string>>, RegExp]>([
    ["an unknown stack", ["prodd"], files, /^the stack "prodd" must be one of prod, lab$/m],
    ["no configuration", [], {}, /^there is no irsa\.yaml and no clusters\/\*\.yaml/],
    [
      "a mistake",
      [],
      { "irsa.yaml": two.replace("lab", "l b") },
      /^irsa\.yaml:3:\d+ clusters\[1\]\.name must/,
    ],
    ["a file in the way", ["--out", "irsa.yaml"], files, /a part of its path is not a directory/],
  ])("%s: one line, exit 1, and nothing is written", async (_title, argv, given, says) => {
    const { status, stdout, stderr, written } = await irsa(["synth", ...argv], { files: given });
    expect({ status, stdout, written }).toEqual({ status: 1, stdout: "", written: {} });
    expect(stderr).toMatch(says);
  });

  test("the bundle does it without anything beside it, twice at once", () => {
    const cwd = directory({ files });
    const script = `node ${command} synth & node ${command} synth & wait $! && wait`;
    const { status, stderr } = runIn(cwd, ["bash", "-c", script]);
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(existsSync(join(cwd, "cdktf.out/stacks/lab/cdk.tf.json"))).toBe(true);
  });

  test("clusters in files of their own need no irsa.yaml", async () => {
    const own = { "clusters/a.yaml": "name: a\nregion: eu-central-1\nbucket: abc\nsecret: none\n" };
    const { status, written } = await irsa(["synth"], { files: own });
    expect(status).toBe(0);
    expect(Object.keys(written)).toContain("cdktf.out/stacks/a/cdk.tf.json");
  });
});

describe("irsa synth --as module", () => {
  const argv = ["synth", "--as", "module"];

  test("writes a module for each cluster, without provider and backend, and how to call it", async () => {
    const { status, stdout, stderr, written } = await irsa(argv, { files });
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(stdout).toMatch(/^Wrote 2 modules:\n {2}irsa-modules\/prod\n {2}irsa-modules\/lab\n/);
    const ofLab = Object.keys(written).filter((name) => name.startsWith("irsa-modules/lab/"));
    expect(ofLab.map((name) => name.replace("irsa-modules/lab/", ""))).toEqual([
      "README.md",
      "jwks.cjs",
      "main.tf",
      "outputs.tf",
      "variables.tf",
      "versions.tf",
    ]);
    const hcl = Object.entries(written).filter(([name]) => name.endsWith(".tf"));
    for (const [, text] of hcl) expect(text).not.toMatch(/^provider|backend|TfToken|undefined/m);
    expect(written["irsa-modules/prod/README.md"]).toContain(
      'allowed_account_ids = ["111122223333"]',
    );
  });

  test("has the values of the cluster as defaults of variables", async () => {
    const role =
      ', tags: {team: a}, serviceAccountRoles: [{name: app, serviceAccounts: ["shop/app"]}]}';
    const yaml = `clusters:\n${cluster("prod").replace(/\}\n$/, `${role}\n`)}`;
    const { written } = await irsa([...argv, "--out", "out"], { files: { "irsa.yaml": yaml } });
    const variables = written["out/prod/variables.tf"] ?? "";
    expect([...variables.matchAll(/variable "(\w+)"/g)].map(([, name]) => name).sort()).toEqual([
      "bucket_name",
      "role_name_prefix",
      "secret_name",
      "tags",
    ]);
    expect(variables).toContain('default     = "talos/prod"');
    const main = written["out/prod/main.tf"] ?? "";
    expect(main).not.toMatch(/acme-prod|eu-central-1|talos\/prod|team/);
    expect(main).toContain('"${var.role_name_prefix}app"');
  });

  test("of a Talos cluster has VPC, subnets and image as variables, over which machines are spread", async () => {
    const yaml = readFileSync(join(__dirname, "../../../examples/talos-aws/irsa.yaml"), "utf8")
      .replace("vpcId: ", "amiId: ami-0a1b2c3d\n        vpcId: ")
      .replace("count: 2", "count: 2\n            subnetIds: [subnet-0f1b2c3d]");
    const { status, stderr, written } = await irsa([...argv, "--out", "out"], {
      files: { "irsa.yaml": yaml },
    });
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    const variables = (await parse("variables.tf", written["out/prod/variables.tf"] ?? "")) as {
      variable: Record<string, [{ default: unknown }]>;
    };
    const defaults = Object.entries(variables.variable).map(([name, [each]]) => [
      name,
      each.default,
    ]);
    expect(Object.fromEntries(defaults)).toMatchObject({
      vpc_id: "vpc-0a1b2c3d",
      subnet_ids: ["subnet-0a1b2c3d", "subnet-0a1b2c3e", "subnet-0a1b2c3f"],
      ami_id: "ami-0a1b2c3d",
      subnet_ids_of_general: ["subnet-0f1b2c3d"],
    });
    const text = written["out/prod/main.tf"] ?? "";
    expect(text).not.toMatch(/(vpc|subnet|ami)-0/);
    const main = (await parse("main.tf", text)) as {
      resource: Record<string, Record<string, [Record<string, unknown>]>>;
    };
    const subnets = Object.entries(main.resource.aws_instance ?? {}).map(
      ([name, [{ subnet_id: subnet }]]) => [name, subnet],
    );
    expect(Object.fromEntries(subnets)).toEqual({
      "control-plane-1": "${element(var.subnet_ids, 0)}",
      "control-plane-2": "${element(var.subnet_ids, 1)}",
      "control-plane-3": "${element(var.subnet_ids, 2)}",
      "general-1": "${element(var.subnet_ids_of_general, 0)}",
      "general-2": "${element(var.subnet_ids_of_general, 1)}",
    });
    expect(main.resource.aws_lb?.kubernetes_api?.[0].subnets).toBe("${var.subnet_ids}");
  });

  test("of a configuration without clusters is the module irsa", async () => {
    const { status, written } = await irsa(argv, {
      files: { "irsa.yaml": "backend: {type: local}" },
    });
    expect(status).toBe(0);
    expect(written["irsa-modules/irsa/README.md"]).toContain('bucket_name   = "acme-prod-oidc"');
  });

  test("what has been changed by hand stays, unless --force is there", async () => {
    const changed = { "irsa-modules/lab/main.tf": "# changed" };
    const refused = await irsa(argv, { files: { ...files, ...changed } });
    expect({ status: refused.status, written: refused.written }).toEqual({
      status: 1,
      written: {},
    });
    expect(refused.stderr).toContain("irsa-modules/lab/main.tf exists with other content");
    const forced = await irsa([...argv, "--force", "--json"], { files: { ...files, ...changed } });
    expect(JSON.parse(forced.stdout)).toMatchObject({ modules: ["prod", "lab"] });
    expect(forced.written["irsa-modules/lab/main.tf"]).toContain("resource");
  });

  test.each([
    ["an unknown form", ["--as", "modul"], /^--as must be one of stack, module, got "modul"$/m],
    ["HCL, which it is", ["--as", "module", "--hcl"], /leave out --hcl/],
    ["force for stacks", ["--force"], /--force needs --as module/],
  ])("%s is refused", async (_title, options, says) => {
    const { status, stderr } = await irsa(["synth", ...options], { files });
    expect(status).toBe(1);
    expect(stderr).toMatch(says);
  });
});

describe("irsa list", () => {
  test("is a name a line", async () => {
    expect((await irsa(["list"], { files })).stdout).toBe("prod\nlab\n");
  });

  test("is a matrix as JSON", async () => {
    const inChina = two.replace("name: lab, region: eu-central-1", "name: lab, region: cn-north-1");
    const { stdout } = await irsa(["list", "--json"], { files: { "irsa.yaml": inChina } });
    expect(JSON.parse(stdout)).toEqual([
      {
        name: "prod",
        directory: "cdktf.out/stacks/prod",
        region: "eu-central-1",
        partition: "aws",
        accountId: "111122223333",
      },
      { name: "lab", directory: "cdktf.out/stacks/lab", region: "cn-north-1", partition: "aws-cn" },
    ]);
  });

  test("of a configuration without clusters is the stack with variables", async () => {
    const { stdout } = await irsa(["list"], { files: { "irsa.yaml": "backend: {type: local}" } });
    expect(stdout).toBe("irsa\n");
  });
});

describe("irsa validate", () => {
  const warned = two.replace(
    "secretPrefix: talos}",
    'secretPrefix: talos, talos: {version: "1.12"}, previousIssuers: [{name: old, url: "https://old.example"}]}',
  );

  test("says what is valid, and writes nothing", async () => {
    const { status, stdout, stderr, written } = await irsa(["validate"], { files });
    expect({ status, stdout, stderr, written }).toEqual({
      status: 0,
      stdout: "Valid: prod, lab\n",
      stderr: "",
      written: {},
    });
  });

  test("prints what the stacks warn of", async () => {
    const { status, stderr } = await irsa(["validate"], { files: { "irsa.yaml": warned } });
    expect(status).toBe(0);
    expect(stderr).toMatch(/^warning: lab\/irsa: .*1\.12/);
  });

  test("reports every mistake, as lines or as data", async () => {
    const bad = { "irsa.yaml": two.replace("acme-lab", "A") };
    const lines = await irsa(["validate"], { files: bad });
    expect({ status: lines.status, stdout: lines.stdout }).toEqual({ status: 1, stdout: "" });
    expect(lines.stderr.trimEnd().split("\n")).toHaveLength(3);
    const data = await irsa(["validate", "--json"], { files: bad });
    expect(data.status).toBe(1);
    const { valid, problems } = JSON.parse(data.stdout) as { valid: boolean; problems: object[] };
    expect(valid).toBe(false);
    expect(problems).toHaveLength(3);
    expect(problems[0]).toMatchObject({
      line: 3,
      path: ["clusters", 1, "bucket"],
      rule: "must be 3 to 63 characters long",
      given: "A",
    });
  });
});

test("a directory that cannot be written ends in one line", () => {
  const cwd = directory({ files });
  mkdirSync(join(cwd, "cdktf.out/stacks"), { recursive: true });
  writeFileSync(join(cwd, "cdktf.out/stacks/prod"), "a file");
  const { status, stderr } = runIn(cwd, ["node", command, "synth"]);
  expect(status).toBe(1);
  expect(stderr).toMatch(/^cdktf\.out\/stacks\/prod\/.* cannot be written: .*\n/);
  expect(stderr).not.toMatch(/^ {4}at /m);
});
