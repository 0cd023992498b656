import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { App, TerraformStack } from "cdktf";
import type { Config } from "../../config/load";
import { addStacks, stackNames } from "../../stacks/add-stacks";
import { reportRemovedStacks } from "../../stacks/removed-stacks";
import { warningsOf } from "../../stacks/warnings";
import { chooseClusters, readConfiguration, type StackOptions } from "../input/configuration";
import type { Action } from "../io/host";
import { presentable } from "../io/presentable";
import { writeFiles } from "../output/write-files";

/** Options of the command. */
export interface SynthOptions extends StackOptions {
  readonly out: string;
  readonly hcl?: boolean;
  readonly json?: boolean;
}

/** A stack in either syntax, as CDKTF names the file. */
const names = { json: "cdk.tf.json", hcl: "cdk.tf" };

export const synth: Action<SynthOptions> = async (options, host) => {
  const { out, stack: chosenNames, hcl = false, json = false } = options;
  const read = await readConfiguration(options, host);
  const chosen = { ...read, clusters: chooseClusters(read, chosenNames) };
  const { files, warnings } = synthesize(chosen, hcl);
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
};

/** Everything that the stacks consist of, by its path below the output directory. */
function synthesize(chosen: Config, hcl: boolean) {
  const outdir = mkdtempSync(join(tmpdir(), "irsa-synth-"));
  try {
    // CDKTF's own validation would run Terraform, which need not be there.
    const app = new App({ outdir, skipValidation: true });
    addStacks(app, chosen);
    app.synth();
    const files = readFiles(outdir);
    for (const stack of hcl ? app.node.children : []) {
      if (!TerraformStack.isStack(stack)) continue;
      const directory = `stacks/${stack.node.id}`;
      files.delete(`${directory}/${names.json}`);
      files.set(`${directory}/${names.hcl}`, (stack.toHclTerraform() as { hcl: string }).hcl);
    }
    return { files, warnings: warningsOf(app) };
  } finally {
    rmSync(outdir, { recursive: true });
  }
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
