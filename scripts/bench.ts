/**
 * Ratios, measured in one run: of the time of whole processes, where each pair takes turns and the medians are
 * compared; of their memory; and of what is installed. `npm run bench -- --write` puts the table into
 * docs/reference/performance.md. `--against REVISION` adds the app of an earlier commit of this repository, which is
 * cloned and installed for it.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { lstatSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";

const root = join(__dirname, "..");
const scratch = mkdtempSync(join(tmpdir(), "irsa-bench-"));
const { values: options } = parseArgs({
  options: { write: { type: "boolean" }, against: { type: "string" } },
});

interface Command {
  readonly name: string;
  readonly argv: readonly [string, ...string[]];
  readonly input?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** @default - this repository */
  readonly cwd?: string;
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

/** An `irsa.yaml`. */
function configurationOf(clusters: number, roles = 0): string {
  const file = join(scratch, `${clusters}-clusters-${roles}-roles.yaml`);
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
  return file;
}

const exampleOf = (name: string) => join(root, "examples", name, "irsa.yaml");

/** A directory for what a program writes of a configuration: it looks at what lies there already. */
const outOf = (program: string, config: string) =>
  join(scratch, program + config.replaceAll("/", "-"));

/** The app over a configuration. */
function appOver(name: string, config: string): Command {
  return { ...app, name, env: { IRSA_CONFIG: config, CDKTF_OUTDIR: outOf("app", config) } };
}

/** `irsa synth` over a configuration. */
function synthOver(name: string, config: string): Command {
  const argv = ["synth", "--config", config, "--out", outOf("irsa", config)];
  return { name, argv: ["node", join(root, "cli/bin.cjs"), ...argv] };
}

const oneCluster = configurationOf(1);
const synth = synthOver("`irsa synth`", oneCluster);
const [thousand, fourThousand] = [1000, 4000].map((clusters) =>
  synthOver(
    `\`irsa synth\` of ${clusters.toLocaleString("en")} clusters`,
    configurationOf(clusters),
  ),
) as [Command, Command];

interface Pair {
  readonly a: Command;
  readonly b: Command;
  readonly expected: string;
  /**
   * How often each is measured. More than once, a run that does not count comes before.
   * @default 5
   */
  readonly runs?: number;
}

const pairs: readonly Pair[] = [
  { a: stockSynth, b: app, expected: "5 or more" },
  {
    a: { ...stockSynth, env: { IRSA_CONFIG: oneCluster } },
    b: synth,
    expected: "20 or more",
  },
  { a: synth, b: bareNode, expected: "5 or less" },
  { a: program, b: bareNode, expected: "1.4 or less" },
  { a: help, b: bareNode, expected: "1.5 or less" },
  { a: shell, b: program, expected: "more than 1" },
  {
    a: appOver("the app, 200 clusters", configurationOf(200)),
    b: appOver("50 clusters", configurationOf(50)),
    expected: "4 or less",
  },
  {
    a: appOver("the app, 1,000 roles in a stack", configurationOf(1, 1000)),
    b: appOver("250 roles in a stack", configurationOf(1, 250)),
    expected: "4 or less",
  },
  {
    a: appOver("the app, a Talos cluster in AWS", exampleOf("talos-aws")),
    b: appOver("its issuer alone", exampleOf("key-in-secrets-manager")),
    expected: "1.5 or less",
  },
  ...(options.against === undefined ? [] : [pairAgainst(options.against)]),
];

/** The app as it was at a revision, over a thousand clusters. */
function pairAgainst(revision: string): Pair {
  const cwd = join(scratch, "earlier");
  const execute = (command: string, ...argv: string[]) =>
    execFileSync(command, argv, { stdio: ["ignore", "ignore", "inherit"] });
  execute("git", "clone", "--quiet", "--no-checkout", root, cwd);
  execute("git", "-C", cwd, "checkout", "--quiet", revision);
  execute("npm", "ci", "--silent", "--prefix", cwd);
  const earlier = appOver(`the app of ${revision}, 1,000 clusters`, configurationOf(1000));
  return { a: { ...earlier, cwd }, b: thousand, expected: "3 or more", runs: 3 };
}

function milliseconds({ argv: [command, ...argv], input, env, name, cwd = root }: Command): number {
  const start = process.hrtime.bigint();
  const { status, stderr } = spawnSync(command, argv, {
    cwd,
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

function compare({ a, b, runs = 5 }: Pair): { a: number; b: number } {
  if (runs > 1) [a, b].forEach(milliseconds);
  const measured = Array.from({ length: runs }, () => [milliseconds(a), milliseconds(b)] as const);
  return { a: median(measured.map(([x]) => x)), b: median(measured.map(([, y]) => y)) };
}

interface Use {
  readonly milliseconds: number;
  /** What the command and its processes take at most at one time, in MB: its own, and the largest beside it. */
  readonly megabytes: number;
}

/** Runs a command once, with a look at its memory and that of the processes that it starts. */
function useOf(command: Command): Use {
  const log = join(scratch, "memory");
  const hook = join(scratch, "memory.cjs");
  writeFileSync(
    hook,
    `process.on("exit", () => require("node:fs").appendFileSync(${JSON.stringify(log)},
      [process.ppid === ${process.pid}, process.resourceUsage().maxRSS].join() + "\\n"));`,
  );
  rmSync(log, { force: true });
  const time = milliseconds({ ...command, env: { NODE_OPTIONS: `--require ${hook}` } });
  const processes = readFileSync(log, "utf8").trim().split("\n");
  const sizes = (isOwn: boolean) =>
    processes
      .map((line) => line.split(","))
      .filter(([own]) => own === String(isOwn))
      .map(([, kilobytes]) => Number(kilobytes) / 1024);
  const beside = sizes(false)
    .sort((x, y) => y - x)
    .slice(0, availableParallelism());
  return {
    milliseconds: time,
    megabytes: [...sizes(true), ...beside].reduce((sum, size) => sum + size, 0),
  };
}

/** The files below a directory, in MB. */
function sizeOf(directory: string): number {
  const sizes = readdirSync(directory, { recursive: true, encoding: "utf8" }).map((name) => {
    const status = lstatSync(join(directory, name));
    return status.isFile() ? status.size : 0;
  });
  return sizes.reduce((sum, size) => sum + size, 0) / 1e6;
}

/** What npm installs of this package, in MB. */
function packageSize(): number {
  const argv = ["pack", "--dry-run", "--json", "--ignore-scripts"];
  const { stdout } = spawnSync("npm", argv, { cwd: root, encoding: "utf8" });
  const [packed] = JSON.parse(stdout) as readonly { readonly unpackedSize: number }[];
  return (packed?.unpackedSize ?? NaN) / 1e6;
}

function row(
  a: string,
  b: string,
  values: { a: number; b: number },
  unit: string,
  expected: string,
) {
  const both = `${values.a.toFixed(0)} ${unit} : ${values.b.toFixed(0)} ${unit}`;
  return `| ${a} | ${b} | ${both} | ${(values.a / values.b).toFixed(2)} | ${expected} |`;
}

const constructs = [
  "cdktf",
  "constructs",
  ...["aws", "tls", "external"].map((name) => `@cdktf/provider-${name}`),
];
const installed = constructs.map((name) => sizeOf(join(root, "node_modules", name)));
const [large, small] = [useOf(fourThousand), useOf(thousand)];
const rows = [
  ...pairs.map((pair) => row(pair.a.name, pair.b.name, compare(pair), "ms", pair.expected)),
  row(
    fourThousand.name,
    "1,000 clusters",
    { a: large.milliseconds, b: small.milliseconds },
    "ms",
    "4.4 or less",
  ),
  row(
    `memory of ${fourThousand.name}`,
    "1,000 clusters",
    { a: large.megabytes, b: small.megabytes },
    "MB",
    "1.3 or less",
  ),
  row(
    "installed: `cdktf`, `constructs` and the providers' classes",
    "this package",
    { a: installed.reduce((sum, size) => sum + size, 0), b: packageSize() },
    "MB",
    "80 or more",
  ),
];
const table = [
  "| A | B | values | A/B | expected |",
  "| --- | --- | --- | --- | --- |",
  ...rows,
].join("\n");
console.log(table);

if (options.write === true) {
  const page = join(root, "docs/reference/performance.md");
  const text = readFileSync(page, "utf8");
  const marked = /(<!-- bench -->)[\s\S]*?(<!-- \/bench -->)/;
  if (!marked.test(text)) throw new Error(`${page} has no place for the table`);
  writeFileSync(
    page,
    text.replace(marked, (_all, begin: string, end: string) => `${begin}\n\n${table}\n\n${end}`),
  );
}
