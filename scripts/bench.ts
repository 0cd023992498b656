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

/** The app with an `irsa.yaml` of many clusters, each hosted and tagged as people do. */
function manyClusters(count: number): Command {
  const file = join(scratch, `${count}.yaml`);
  const clusters = Array.from({ length: count }, (_, index) => ({
    name: `cluster-${index}`,
    region: "eu-central-1",
    hosting: "s3-virtual-hosted",
    bucket: { name: `acme-${index}-oidc`, versioning: true },
    secretPrefix: "talos",
    tags: { team: "platform" },
  }));
  writeFileSync(file, JSON.stringify({ clusters }));
  const env = { CDKTF_OUTDIR: join(scratch, `${count}`), IRSA_CONFIG: file };
  return { ...app, name: `the app with ${count} clusters`, env };
}

const pairs: readonly { readonly a: Command; readonly b: Command; readonly expected: string }[] = [
  { a: stockSynth, b: app, expected: "5 or more" },
  { a: program, b: bareNode, expected: "1.4 or less" },
  { a: shell, b: program, expected: "more than 1" },
  { a: manyClusters(200), b: manyClusters(50), expected: "4 or less" },
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

function row(a: string, b: string, time: { a: number; b: number }, expected: string): string {
  const ratio = (time.a / time.b).toFixed(2);
  return `| ${a} | ${b} | ${time.a.toFixed(0)} ms : ${time.b.toFixed(0)} ms | ${ratio} | ${expected} |`;
}

/** What 200 and 50 clusters take beyond the one that the app takes to start with. */
function growth(): string {
  const [many, few, one] = [manyClusters(200), manyClusters(50), manyClusters(1)] as const;
  const { a: with200, b: start } = compare(many, one);
  const { a: with50 } = compare(few, one);
  const time = { a: with200 - start, b: with50 - start };
  return row("199 clusters more than one", "49 more", time, "about 4.06: linear");
}

const rows = pairs.map(({ a, b, expected }) => row(a.name, b.name, compare(a, b), expected));
const table = [
  "| A | B | medians | A/B | expected |",
  "| --- | --- | --- | --- | --- |",
  ...rows,
  growth(),
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
