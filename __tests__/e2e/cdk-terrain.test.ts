import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { contents, expectStacks } from "../support/golden";

/** The successor of CDKTF, with the constructs that it asks for. */
const packages = ["cdktn@0.24.0", "constructs@~10.7.0"];

/** Installs CDK Terrain apart; says why it cannot. */
function install(directory: string): string | undefined {
  writeFileSync(join(directory, "package.json"), '{"private":true}');
  const options = ["--ignore-scripts", "--no-audit", "--no-fund", "--fetch-retries=0"];
  const { status, stderr } = spawnSync("npm", ["install", ...options, ...packages], {
    cwd: directory,
    encoding: "utf8",
    timeout: 60_000,
  });
  return status === 0 ? undefined : (/npm error .*/.exec(stderr)?.[0] ?? "npm does not answer");
}

const directory = mkdtempSync(join(tmpdir(), "cdk-terrain-"));
const missing = install(directory);
if (missing !== undefined && process.env.E2E === "required") throw new Error(missing);
const describeInstalled = missing === undefined ? describe : describe.skip;

describeInstalled(missing ?? "CDK Terrain 0.24, as an alias of cdktf", () => {
  const outdir = mkdtempSync(join(tmpdir(), "cdk-terrain-out-"));

  beforeAll(() => {
    const alias = resolve("__tests__/support/cdk-terrain.cjs");
    const program = resolve("__tests__/support/synthesize-examples.ts");
    const argv = ["--require", alias, "--import", "tsx", program, outdir];
    const env = { ...process.env, CDK_TERRAIN: directory };
    const { status, stderr } = spawnSync("node", argv, { encoding: "utf8", env });
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  });

  test.each(readdirSync("examples"))("synthesizes %s as CDKTF does", (example) => {
    expectStacks(join(outdir, example), resolve("examples", example, "expected"));
  });

  test("is what has synthesized them", () => {
    const stacks = Object.keys(contents(outdir)).filter((path) => path.endsWith("cdk.tf.json"));
    expect(stacks.length).toBeGreaterThan(20);
    for (const stack of stacks) {
      const json = JSON.parse(readFileSync(join(outdir, stack), "utf8")) as {
        "//": { metadata: { version: string } };
      };
      expect(json["//"].metadata.version).toBe("0.24.0");
    }
  });
});
