/**
 * Ratios of whole processes, measured in one run: each pair takes turns, five runs each after one that
 * does not count, and the medians are compared. `npm run bench -- --write` puts the table into docs/reference/performance.md.
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
      // This resolution does not know the exports of packages.
      paths: { "jose/*": ["./node_modules/jose/dist/types/*"] },
      target: "es2023",
      lib: ["es2023"],
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

const help: Command = {
  name: "`irsa --help`",
  argv: ["node", join(root, "cli/bin.cjs"), "--help"],
};

const bareNode: Command = { name: "`node -e 0`", argv: ["node", "-e", "0"] };

/** The key id and the modulus by shell, one program after the other, in the steps of the documentation. */
const shell: Command = {
  name: "bash, jq, openssl and xxd for `kid` and `n`",
  argv: [
    "bash",
    "-c",
    `query=$(cat)
     bash -euo pipefail -c "$KEY_ID" <<<"$query"
     bash -euo pipefail -c "$MODULUS" <<<"$query"`,
  ],
  input: JSON.stringify({ pem: publicKey }),
  env: {
    KEY_ID: `key=$(jq -r .pem)
      digest=$(openssl pkey -pubin -outform DER <<<"$key" | openssl sha256 -binary | base64 -w0 | tr -d = | tr '+/' '-_')
      jq -n --arg kid "$digest" '{kid: $kid}'`,
    MODULUS: `key=$(jq -r .pem)
      hexadecimal=$(openssl rsa -pubin -modulus -noout <<<"$key" | cut -d = -f 2)
      number=$(xxd -r -p <<<"$hexadecimal" | base64 -w0 | tr -d = | tr '+/' '-_')
      jq -n --arg n "$number" '{n: $n}'`,
  },
};

/** The app over an `irsa.yaml` that is made for it. */
function synthesis(name: string, clusters: number, roles: number): Command {
  const file = join(scratch, `${name.replaceAll(/\W/g, "-")}.yaml`);
  const role = (index: number) =>
    `      - { name: role-${index}, serviceAccounts: [team-${index}/api], policies: [ebs-csi] }`;
  const cluster = (index: number) =>
    [
      `  - name: cluster-${index}`,
      "    region: eu-central-1",
      `    bucket: acme-cluster-${index}-oidc`,
      "    secretPrefix: talos",
      ...(roles === 0 ? [] : ["    serviceAccountRoles:"]),
      ...Array.from({ length: roles }, (_, each) => role(each)),
    ].join("\n");
  const text = ["clusters:", ...Array.from({ length: clusters }, (_, each) => cluster(each))];
  writeFileSync(file, `${text.join("\n")}\n`);
  const outdir = join(scratch, `out-${name.replaceAll(/\W/g, "-")}`);
  return { ...app, name, env: { IRSA_CONFIG: file, CDKTF_OUTDIR: outdir } };
}

/** The app over an example. */
function example(name: string, directory: string): Command {
  const file = join(root, "examples", directory, "irsa.yaml");
  return { ...app, name, env: { IRSA_CONFIG: file, CDKTF_OUTDIR: join(scratch, directory) } };
}

const pairs: readonly { readonly a: Command; readonly b: Command; readonly expected: string }[] = [
  { a: stockSynth, b: app, expected: "5 or more" },
  { a: program, b: bareNode, expected: "1.4 or less" },
  { a: help, b: bareNode, expected: "1.5 or less" },
  { a: shell, b: program, expected: "more than 1" },
  {
    a: synthesis("200 clusters", 200, 0),
    b: synthesis("50 clusters", 50, 0),
    expected: "4 or less",
  },
  {
    a: synthesis("1,000 roles in a stack", 1, 1000),
    b: synthesis("250 roles in a stack", 1, 250),
    expected: "4 or less",
  },
  {
    a: example("a Talos cluster in AWS", "talos-aws"),
    b: example("its issuer alone", "key-in-secrets-manager"),
    expected: "1.5 or less",
  },
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
  const page = join(root, "docs/reference/performance.md");
  const text = readFileSync(page, "utf8");
  const marked = /(<!-- bench -->)[\s\S]*?(<!-- \/bench -->)/;
  if (!marked.test(text)) throw new Error(`${page} has no place for the table`);
  writeFileSync(
    page,
    text.replace(marked, (_all, begin: string, end: string) => `${begin}\n\n${table}\n\n${end}`),
  );
}
