import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { App, TerraformStack } from "cdktf";
import type { Config } from "../../config/load";
import { addModules, filesOfModules } from "../../stacks/add-modules";
import { addStacks, stackNames } from "../../stacks/add-stacks";
import { reportRemovedStacks } from "../../stacks/removed-stacks";
import { warningsOf } from "../../stacks/warnings";
import { formatValue } from "../../modules/validation";
import { chooseClusters, readConfiguration, type StackOptions } from "../input/configuration";
import type { Action, Host } from "../io/host";
import { presentable } from "../io/presentable";
import { UsageError } from "../io/usage-error";
import { writeFiles } from "../output/write-files";

/** Options of the command. */
export interface SynthOptions extends StackOptions {
  readonly out?: string;
  readonly as?: string;
  readonly hcl?: boolean;
  readonly force?: boolean;
  readonly json?: boolean;
}

/** A stack in either syntax, as CDKTF names the file. */
const names = { json: "cdk.tf.json", hcl: "cdk.tf" };

/** What a stack can be written as. */
const forms = ["stack", "module"] as const;

export const synth: Action<SynthOptions> = async (options, host) => {
  const { as = "stack", hcl, force } = options;
  if (!(forms as readonly string[]).includes(as)) {
    throw new UsageError(`--as must be one of ${forms.join(", ")}, got ${formatValue(as)}`);
  }
  if (as === "module" && hcl === true)
    throw new UsageError("--as module writes HCL: leave out --hcl");
  if (as === "stack" && force === true) throw new UsageError("--force needs --as module");
  const read = await readConfiguration(options, host);
  const chosen = { ...read, clusters: chooseClusters(read, options.stack) };
  if (as === "module") await writeModules(options, chosen, host);
  else await writeStacks(options, read, chosen, host);
};

/** Modules are their readers' to change: what they have changed stays. */
async function writeModules(
  { out = "irsa-modules", force, json = false }: SynthOptions,
  chosen: Config,
  host: Host,
): Promise<void> {
  const { files, warnings } = synthesize((app) => {
    addModules(app, chosen);
    app.synth();
    return filesOfModules(app);
  });
  const contents = [...files].map(([path, text]) => [path, { text }] as const);
  const written = writeFiles(host, out, Object.fromEntries(contents), { force });
  const modules = stackNames(chosen);
  for (const warning of warnings) await host.note(`warning: ${warning}`);
  await host.print(
    json
      ? `${JSON.stringify({ modules, written })}\n`
      : presentableLines(`Wrote ${modules.length === 1 ? "1 module" : `${modules.length} modules`}:
${modules.map((module) => `  ${join(out, module)}\n`).join("")}
Each README.md shows how to call it, and how to move the state of its stack.
`),
  );
}

async function writeStacks(
  { out = "cdktf.out", hcl = false, json = false }: SynthOptions,
  read: Config,
  chosen: Config,
  host: Host,
): Promise<void> {
  const { files, warnings } = synthesize((app) => {
    addStacks(app, chosen);
    app.synth();
    return filesOfStacks(app, hcl);
  });
  const contents = [...files].map(([path, text]) => [path, { text }] as const);
  const written = writeFiles(host, out, Object.fromEntries(contents), { force: true });
  const stacks = stackNames(chosen);
  // Terraform would read both.
  const other = hcl ? names.json : names.hcl;
  for (const stack of stacks)
    rmSync(resolve(host.io.cwd, out, "stacks", stack, other), { force: true });
  const removed = reportRemovedStacks(resolve(host.io.cwd, out), stackNames(read));
  for (const warning of [...warnings, ...removed]) await host.note(`warning: ${warning}`);
  await host.print(json ? `${JSON.stringify({ stacks, written })}\n` : summary(out, stacks));
}

function synthesize(makeFiles: (app: App) => Map<string, string>) {
  const outdir = mkdtempSync(join(tmpdir(), "irsa-synth-"));
  try {
    // CDKTF's own validation would run Terraform, which need not be there.
    const app = new App({ outdir, skipValidation: true });
    return { files: makeFiles(app), warnings: warningsOf(app) };
  } finally {
    rmSync(outdir, { recursive: true });
  }
}

/** Everything that the stacks consist of, by its path below the output directory. */
function filesOfStacks(app: App, hcl: boolean): Map<string, string> {
  const files = readFiles(app.outdir);
  for (const stack of hcl ? app.node.children : []) {
    if (!TerraformStack.isStack(stack)) continue;
    const directory = `stacks/${stack.node.id}`;
    files.delete(`${directory}/${names.json}`);
    files.set(`${directory}/${names.hcl}`, (stack.toHclTerraform() as { hcl: string }).hcl);
  }
  return files;
}

function readFiles(outdir: string): Map<string, string> {
  const paths = readdirSync(outdir, { recursive: true, encoding: "utf8" })
    .filter((path) => path.startsWith("stacks/") && statSync(join(outdir, path)).isFile())
    .sort();
  return new Map(paths.map((path) => [path, readFileSync(join(outdir, path), "utf8")]));
}

function summary(out: string, stacks: readonly string[]): string {
  const lines = stacks.map((stack) => `  ${join(out, "stacks", stack)}\n`).join("");
  const example = join(out, "stacks", stacks[0] ?? "");
  return presentableLines(`Wrote ${stacks.length === 1 ? "1 stack" : `${stacks.length} stacks`}:
${lines}
Review, then apply with Terraform or OpenTofu:
  cd ${example} && terraform init && terraform apply
`);
}

function presentableLines(text: string): string {
  return text.split("\n").map(presentable).join("\n");
}
