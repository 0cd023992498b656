import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { contents, expectStacks } from "./support/golden";

const root = join(__dirname, "..");
const golden = join(root, "__tests__/golden/irsa");
const temporaryDirectory = () => mkdtempSync(join(tmpdir(), "irsa-main-"));

function node(argv: readonly string[], cwd: string, env: NodeJS.ProcessEnv = {}): string {
  return execFileSync("node", argv, {
    cwd,
    encoding: "utf8",
    stdio: "pipe",
    env: { ...process.env, CHECKPOINT_DISABLE: "1", ...env },
  });
}

test("the app writes the golden directory from any directory, and says what to do next", () => {
  const cwd = temporaryDirectory();
  const said = node(["--import", require.resolve("tsx"), join(root, "main.ts")], cwd);
  expectStacks(join(cwd, "cdktf.out"), golden);
  expect(said).toContain("cdktf.out/stacks/irsa/cdk.tf.json");
  expect(said).toContain("AWS_REGION=REGION npx cdktf deploy irsa --var bucket_name=");
});

const cdktf = join(root, "node_modules/.bin/cdktf");
const withCdktf = existsSync(cdktf) ? describe : describe.skip;

withCdktf("the CDKTF command line", () => {
  test("cdktf synth writes the same bytes", () => {
    const output = temporaryDirectory();
    node([cdktf, "synth", "--output", output], root);
    expectStacks(output, golden);
  });

  test("cdktf synth --hcl writes HCL and the program beside it", () => {
    const output = temporaryDirectory();
    node([cdktf, "synth", "--hcl", "--output", output], root);
    const files = contents(join(output, "stacks/irsa"));
    expect(files["cdk.tf"]).toContain('required_version = ">= 1.5.0"');
    expect(Object.keys(files)).toContainEqual(expect.stringMatching(/^assets\/.*\/jwks\.cjs$/));
  });
});
