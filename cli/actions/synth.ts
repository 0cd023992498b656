import { join, resolve } from "node:path";
import type { Config } from "../../config/load";
import { stackNames } from "../../stacks/add-stacks";
import { reportRemovedStacks } from "../../stacks/removed-stacks";
import { formatValue } from "../../modules/validation";
import { stackForms } from "../input/choices";
import { chooseClusters, readConfiguration, type StackOptions } from "../input/configuration";
import type { Action, Host } from "../io/host";
import { presentable } from "../io/presentable";
import { UsageError } from "../io/usage-error";
import { terraformIn } from "../output/terraform-command";
import { writeAllStacks } from "../output/write-stacks";
import { doTask } from "../portions/tasks";

/** Options of the command. */
export interface SynthOptions extends StackOptions {
  readonly out?: string;
  readonly as?: string;
  readonly hcl?: boolean;
  readonly force?: boolean;
  readonly json?: boolean;
}

export const synth: Action<SynthOptions> = async (options, host) => {
  const { as = "stack", hcl, force } = options;
  if (!(stackForms as readonly string[]).includes(as)) {
    throw new UsageError(`--as must be one of ${stackForms.join(", ")}, got ${formatValue(as)}`);
  }
  if (as === "module" && hcl === true)
    throw new UsageError("--as module writes HCL: leave out --hcl");
  if (as === "stack" && force === true) throw new UsageError("--force needs --as module");
  const read = await readConfiguration(options, host);
  const chosen = { ...read, clusters: chooseClusters(read, options.stack) };
  if (as === "module") await writeModules(options, chosen, host);
  else await writeStacks(options, read, chosen, host);
};

async function writeModules(
  { out = "irsa-modules", force = false, json = false }: SynthOptions,
  chosen: Config,
  host: Host,
): Promise<void> {
  const { written, warnings } = await doTask(host, chosen, { does: "write modules", out, force });
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
  { out: given, hcl = false, json = false }: SynthOptions,
  read: Config,
  chosen: Config,
  host: Host,
): Promise<void> {
  const { cwd, env } = host.io;
  // The CDKTF command line, where irsa is the app of a cdktf.json, says where, and reads the manifest there.
  const withManifest = env.CDKTF_OUTDIR !== undefined;
  const out = given ?? env.CDKTF_OUTDIR ?? "cdktf.out";
  const { written, warnings } = await writeAllStacks(host, chosen, { out, hcl, withManifest });
  const removed = reportRemovedStacks(resolve(cwd, out), stackNames(read));
  for (const warning of [...warnings, ...removed]) await host.note(`warning: ${warning}`);
  const stacks = stackNames(chosen);
  await host.print(json ? `${JSON.stringify({ stacks, written })}\n` : summary(out, stacks));
}

function summary(out: string, stacks: readonly string[]): string {
  const lines = stacks.map((stack) => `  ${join(out, "stacks", stack)}\n`).join("");
  const example = join(out, "stacks", stacks[0] ?? "");
  return presentableLines(`Wrote ${stacks.length === 1 ? "1 stack" : `${stacks.length} stacks`}:
${lines}
Review, then apply with Terraform or OpenTofu:
  ${terraformIn(example, "init")}
  ${terraformIn(example, "apply")}
`);
}

function presentableLines(text: string): string {
  return text.split("\n").map(presentable).join("\n");
}
