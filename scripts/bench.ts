/**
 * Ratios of whole processes, measured in one run: each pair takes turns, five runs each after one that
 * does not count, and the medians are compared. `npm run bench -- --write` puts the table into the README.
 */
import { spawnSync } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const runs = 5;
const root = join(__dirname, "..");
const scratch = mkdtempSync(join(tmpdir(), "irsa-bench-"));

interface Command {
  readonly name: string;
  readonly argv: readonly [string, ...string[]];
  readonly input?: string;
  readonly env?: NodeJS.ProcessEnv;
}

const publicKey = generateKeyPairSync("rsa", { modulusLength: 2048 })
  .publicKey.export({ type: "spki", format: "pem" })
  .toString();

const app: Command = {
  name: "the app of `npm run synth`",
  argv: ["node", "--import", "tsx", "main.ts"],
  env: { CDKTF_OUTDIR: join(scratch, "app") },
};

const stockSynth: Command = {
  name: "stock `cdktf synth` with ts-node",
  argv: [
    join(root, "node_modules/.bin/cdktf"),
    "synth",
    "--app",
    `npx --yes --package ts-node@10.9.2 ts-node --skip-project -O '${JSON.stringify({
      module: "commonjs",
      moduleResolution: "node",
      target: "es2022",
      esModuleInterop: true,
      strict: true,
      skipLibCheck: true,
    })}' main.ts`,
    "--output",
    join(scratch, "stock"),
  ],
};

const program: Command = {
  name: "the program at apply",
  argv: ["node", require.resolve("self-hosted-irsa/programs/jwks")],
  input: JSON.stringify({ keys: JSON.stringify([{ name: "key", publicKey }]) }),
};

const bareNode: Command = { name: "`node -e 0`", argv: ["node", "-e", "0"] };

/** The modulus and the key id by shell, one program after the other, each with a query in JSON. */
const shell: Command = {
  name: "bash, jq, openssl and xxd for `n` and `kid`",
  argv: [
    "bash",
    "-c",
    `query=$(cat)
     bash -euo pipefail -c 'jq -r .pem | openssl pkey -pubin -outform DER | openssl sha256 -binary | basenc --base64url -w0 | tr -d = | jq -R "{kid: .}"' <<<"$query"
     bash -euo pipefail -c 'jq -r .pem | openssl rsa -pubin -modulus -noout | cut -d= -f2 | xxd -r -p | basenc --base64url -w0 | tr -d = | jq -R "{n: .}"' <<<"$query"`,
  ],
  input: JSON.stringify({ pem: publicKey }),
};

const pairs: readonly { readonly a: Command; readonly b: Command; readonly expected: string }[] = [
  { a: stockSynth, b: app, expected: "5 or more" },
  { a: program, b: bareNode, expected: "1.4 or less" },
  { a: shell, b: program, expected: "more than 1" },
];

function milliseconds({ argv: [command, ...argv], input, env, name }: Command): number {
  const start = process.hrtime.bigint();
  const { status, stderr } = spawnSync(command, argv, {
    cwd: root,
    input,
    encoding: "utf8",
    env: { ...process.env, CHECKPOINT_DISABLE: "1", ...env },
  });
  const elapsed = Number(process.hrtime.bigint() - start) / 1e6;
  if (status !== 0) throw new Error(`${name} ended with ${status}: ${stderr}`);
  return elapsed;
}

function median(values: readonly number[]): number {
  return [...values].sort((x, y) => x - y)[Math.floor(values.length / 2)] ?? NaN;
}

function compare(a: Command, b: Command): { a: number; b: number } {
  milliseconds(a);
  milliseconds(b);
  const measured = Array.from({ length: runs }, () => [milliseconds(a), milliseconds(b)] as const);
  return { a: median(measured.map(([x]) => x)), b: median(measured.map(([, y]) => y)) };
}

const rows = pairs.map(({ a, b, expected }) => {
  const time = compare(a, b);
  const ratio = (time.a / time.b).toFixed(2);
  return `| ${a.name} | ${b.name} | ${time.a.toFixed(0)} ms : ${time.b.toFixed(0)} ms | ${ratio} | ${expected} |`;
});
const table = [
  "| A | B | medians | A/B | expected |",
  "| --- | --- | --- | --- | --- |",
  ...rows,
].join("\n");
console.log(table);

if (process.argv.includes("--write")) {
  const readme = join(root, "README.md");
  const text = readFileSync(readme, "utf8");
  const marked = /(<!-- bench -->\n)[\s\S]*?(\n<!-- \/bench -->)/;
  if (!marked.test(text)) throw new Error("README.md has no place for the table");
  writeFileSync(
    readme,
    text.replace(marked, (_all, begin: string, end: string) => `${begin}\n${table}\n${end}`),
  );
}
