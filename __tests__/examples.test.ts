import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "@cdktf/hcl2json";
import { loadConfig } from "../config/load";
import { readPublicKeys } from "../modules/documents";
import { addStacks } from "../stacks/add-stacks";
import { contents, expectStacks } from "./support/golden";
import { synthesize } from "./support/synthesize";
import { byAddress, type TerraformConfiguration } from "./support/terraform-json";

const root = join(__dirname, "..");
const examples = readdirSync(join(root, "examples"));
const file = (name: string, path: string) => join(root, "examples", name, path);

/** CDKTF warns on the console, where a user sees it. */
const warnings = jest.spyOn(console, "warn").mockImplementation(() => undefined);

async function synthesized(name: string): Promise<string> {
  const path = file(name, "irsa.yaml");
  const config = await loadConfig({ file: path });
  return synthesize((app) => {
    addStacks(app, config);
  });
}

/** Every stack of an output directory, by its name. */
function stacksOf(outdir: string): [string, TerraformConfiguration][] {
  return readdirSync(join(outdir, "stacks")).map((stack) => {
    const text = readFileSync(join(outdir, "stacks", stack, "cdk.tf.json"), "utf8");
    return [stack, JSON.parse(text) as TerraformConfiguration];
  });
}

describe.each(examples)("the example %s", (name) => {
  const outdir = synthesized(name);

  test("synthesizes to the stacks beside it", async () => {
    expectStacks(await outdir, file(name, "expected"));
    expect(warnings).not.toHaveBeenCalled();
  });

  test("has no trace of a token, of nothing or of this machine in it", async () => {
    for (const [path, text] of Object.entries(contents(await outdir))) {
      if (!path.endsWith("cdk.tf.json")) continue;
      expect(text).not.toMatch(/TfToken\[|undefined|\$\$\{|PRIVATE KEY/);
      expect(text).not.toContain(root);
    }
  });

  test("tells what it is for, and has its schema for editors", () => {
    expect(readFileSync(file(name, "README.md"), "utf8")).toMatch(/^# \S.+\n\n\S/);
    const [first] = readFileSync(file(name, "irsa.yaml"), "utf8").split("\n");
    expect(first).toBe("# yaml-language-server: $schema=../../irsa.schema.json");
    expect(existsSync(file(name, "../../irsa.schema.json"))).toBe(true);
  });

  test("each stack has the issuer in one form: documents, provider and output", async () => {
    for (const [, { output = {}, locals = {}, ...rest }] of stacksOf(await outdir)) {
      const elements = byAddress(rest);
      const suffix = /\.oidc(.*)\.arn\}$/.exec(String(output.oidc_provider_arn?.value))?.[1];
      const provider = elements[`aws_iam_openid_connect_provider.oidc${suffix ?? ""}`];
      if (provider === undefined) continue;
      const resolve = (value: unknown) =>
        String(value).replace(/^\$\{local\.(\w+)\}$/, (_, local: string) => locals[local] ?? "");
      const url = resolve(output.issuer_url?.value);
      expect(resolve(provider.url)).toBe(url);
      expect(provider.client_id_list).toEqual(["sts.amazonaws.com"]);
      const hostpath = resolve(output.issuer_hostpath?.value);
      if (!url.includes("${")) expect(url).toBe(`https://${hostpath}`);
      const document = elements[`aws_s3_object.openid-configuration${suffix ?? ""}`]?.content;
      if (document !== undefined && !url.includes("${")) {
        expect(JSON.parse(document as string)).toMatchObject({
          issuer: url,
          jwks_uri: output.jwks_uri?.value,
        });
      }
    }
  });
});

test("keys in examples are public ones", async () => {
  const keys = readdirSync(join(root, "examples"), { recursive: true, encoding: "utf8" }).filter(
    (path) => path.endsWith(".pub"),
  );
  expect(keys.length).toBeGreaterThan(3);
  for (const key of keys) {
    await expect(readPublicKeys(readFileSync(file(key, ""), "utf8"), key)).resolves.toHaveLength(1);
  }
});

describe("particulars", () => {
  const types = async (name: string) =>
    stacksOf(await synthesized(name)).flatMap(([, stack]) => Object.keys(byAddress(stack)));

  test.each(["existing-cluster-key", "partitions"])(
    "%s needs the AWS provider alone",
    async (name) => {
      expect(
        (await types(name)).filter((address) => /(^|[.])(tls|external)_?/.test(address)),
      ).toEqual([]);
      for (const [, { provider }] of stacksOf(await synthesized(name))) {
        expect(Object.keys(provider as object)).toEqual(["aws"]);
      }
    },
  );

  test("self-published-github makes the identity provider, its protection and nothing else", async () => {
    expect(await types("self-published-github")).toEqual([
      "data.tls_certificate.oidc",
      "aws_iam_openid_connect_provider.oidc",
      "terraform_data.deletion_protection",
      "terraform_data.issuer_until_retired",
      "terraform_data.key_until_retired",
    ]);
  });
});

test("the guide counts the lines that a user writes of talos-aws", () => {
  const guide = readFileSync(join(root, "docs/guides/talos-on-aws.md"), "utf8");
  const row = /^\| \[`irsa.yaml`\]\(\S+talos-aws\/irsa.yaml\)[^|]*\|[^|]*\| (\d+) /m.exec(guide);
  const text = readFileSync(file("talos-aws", "irsa.yaml"), "utf8");
  const lines = text.split("\n").filter((line) => !/^\s*(#|$)/.test(line));
  expect(row?.[1]).toBe(String(lines.length));
});

test("the guide to the modules names every output that a stack of irsa.yaml has, and no other", () => {
  const guide = readFileSync(join(root, "docs/guides/terraform-modules.md"), "utf8");
  const [, section = ""] = /\n## Outputs\n([^]*?)\n## /.exec(guide) ?? [];
  const cells = section.match(/^\| `[^|]*/gm) ?? [];
  const named = cells.flatMap((cell) => [...cell.matchAll(/`(\w+)`/g)].map(([, name]) => name));
  const stacks = examples.flatMap((name) =>
    readdirSync(file(name, "expected")).map((stack) => {
      const text = readFileSync(file(name, `expected/${stack}/cdk.tf.json`), "utf8");
      return JSON.parse(text) as TerraformConfiguration;
    }),
  );
  const made = new Set(stacks.flatMap(({ output = {} }) => Object.keys(output)));
  expect(named.sort()).toEqual([...made].sort());
});

test("the Terraform in Azure reads the secrets that the stack makes, for its external workers", async () => {
  const [[, stack] = []] = stacksOf(await synthesized("talos-azure-workers"));
  const name = "machine-configuration.tf";
  const text = readFileSync(file("talos-azure-workers", `azure/${name}`), "utf8");
  const { locals } = (await parse(name, text)) as {
    locals: [{ secret: string; workers: Readonly<Record<string, string>> }];
  };
  const [{ secret, workers }] = locals;
  const secrets = Object.entries(byAddress(stack ?? {}))
    .filter(([address]) => address.startsWith("aws_secretsmanager_secret."))
    .map(([, { name: made }]) => String(made));
  const read = [secret, ...Object.keys(workers).map((worker) => `${secret}/${worker}`)];
  expect(secrets.filter((made) => made.startsWith(secret)).sort()).toEqual(read.sort());
});

test("the app itself writes the same, wherever it is started", () => {
  const cwd = mkdtempSync(join(tmpdir(), "irsa-examples-"));
  execFileSync("node", ["--import", require.resolve("tsx"), join(root, "main.ts")], {
    cwd,
    env: { ...process.env, IRSA_CONFIG: file("partitions", "irsa.yaml"), CDKTF_OUTDIR: undefined },
  });
  expectStacks(join(cwd, "cdktf.out"), file("partitions", "expected"));
});

const cdktf = join(root, "node_modules/.bin/cdktf");

(existsSync(cdktf) ? test : test.skip)("so does the CDKTF command line", () => {
  const output = mkdtempSync(join(tmpdir(), "irsa-examples-"));
  execFileSync("node", [cdktf, "synth", "--output", output], {
    cwd: root,
    stdio: "pipe",
    env: { ...process.env, IRSA_CONFIG: file("partitions", "irsa.yaml"), CHECKPOINT_DISABLE: "1" },
  });
  expectStacks(output, file("partitions", "expected"));
});
