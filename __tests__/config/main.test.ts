import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const main = join(__dirname, "../../main.ts");

function synth(files: Readonly<Record<string, string>>, env: NodeJS.ProcessEnv = {}) {
  const cwd = mkdtempSync(join(tmpdir(), "irsa-main-"));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(cwd, name, ".."), { recursive: true });
    writeFileSync(join(cwd, name), text);
  }
  const { status, stdout, stderr } = spawnSync("node", ["--import", require.resolve("tsx"), main], {
    cwd,
    encoding: "utf8",
    env: { ...process.env, CDKTF_OUTDIR: undefined, ...env },
  });
  const written = existsSync(join(cwd, "cdktf.out"));
  return { status, stdout, stderr, written };
}

const cluster = (name: string, bucket = `acme-${name}`) =>
  `  - {name: ${name}, region: eu-central-1, bucket: ${bucket}, secretPrefix: talos}\n`;

test.each<[string, Record<string, string>, NodeJS.ProcessEnv, string[]]>([
  [
    "a string that is no YAML",
    { "irsa.yaml": `clusters:\n${cluster("a", "A")}${cluster("b")}    oops: 1` },
    {},
    ["irsa.yaml:4:1 is not valid YAML"],
  ],
  [
    "bad values, the good cluster with them",
    { "irsa.yaml": `clusters:\n${cluster("a")}${cluster("b", "x")}bakend: {}` },
    {},
    [
      "irsa.yaml:3:45 clusters[1].bucket must be 3 to 63",
      "irsa.yaml:4:1 bakend is an unknown property",
    ],
  ],
  [
    "a named file that is missing, in spite of one with the usual name",
    { "irsa.yaml": `clusters:\n${cluster("a")}` },
    { IRSA_CONFIG: "other.yaml" },
    ["other.yaml:1:1 does not exist; IRSA_CONFIG names it"],
  ],
  [
    "a named file's problems, by the name that was given",
    { "sub/other.yaml": "clusters: []" },
    { IRSA_CONFIG: "sub/other.yaml" },
    ["sub/other.yaml:1:11 clusters must not be empty"],
  ],
])("%s: told line by line, exit 1, and nothing is written", (_name, files, env, says) => {
  const { status, stdout, stderr, written } = synth(files, env);
  expect({ status, stdout, written }).toEqual({ status: 1, stdout: "", written: false });
  const expected = says.map((each): unknown => expect.stringContaining(each));
  expect(stderr.trimEnd().split("\n")).toEqual(expected);
});

test("good clusters are written, a stack each, and the next step is given", () => {
  const { status, stdout, stderr, written } = synth(
    { "sub/irsa.yaml": `clusters:\n${cluster("a")}${cluster("b")}` },
    { IRSA_CONFIG: "sub/irsa.yaml" },
  );
  expect({ status, stderr, written }).toEqual({ status: 0, stderr: "", written: true });
  expect(stdout).toContain("cdktf.out/stacks/b/cdk.tf.json");
  expect(stdout).toContain("npx cdktf deploy a\n");
});

test.each<[string, Record<string, string>, RegExp]>([
  ["a file in the output's place", { "cdktf.out": "a file" }, /EEXIST|ENOTDIR/],
  ["a file in a stack's place", { "cdktf.out/stacks/a": "a file" }, /EEXIST|ENOTDIR/],
])("%s: one line, exit 1", (_title, files, says) => {
  const { status, stdout, stderr } = synth({ "irsa.yaml": `clusters:\n${cluster("a")}`, ...files });
  expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
  expect(stderr).toMatch(/^the output cannot be written: [^\n]*\n$/);
  expect(stderr).toMatch(says);
});
