import { rmSync } from "node:fs";
import { resolve } from "node:path";
import { App, Manifest } from "cdktf";
import type { Config } from "../../config/load";
import { addModules, filesOfModules } from "../../stacks/add-modules";
import { addStacks, stackNames } from "../../stacks/add-stacks";
import {
  filesOfStack,
  hclFilesOfStack,
  manifestOf,
  stacksOf,
  withoutTokenTraces,
} from "../../stacks/synthesis";
import { warningsOf } from "../../stacks/warnings";
import type { Host } from "../io/host";
import type { Done, Task, WriteModules, WriteStacks } from "../portions/message";
import { writeFiles } from "./write-files";

type FileText = readonly [path: string, text: string];

/**
 * Does a task for clusters: it writes all of their files, or none.
 *
 * @param outdir a directory for CDKTF, which makes another in it
 * @throws {UsageError} a file cannot be written
 */
export function doAtOnce(host: Host, config: Config, task: Task, outdir: string): Done {
  return withoutTokenTraces(() => {
    // CDKTF's own validation would run Terraform, which need not be there.
    const app = new App({ outdir, skipValidation: true });
    const written = doInApp(app, host, config, task);
    return { written, warnings: warningsOf(app) };
  });
}

function doInApp(app: App, host: Host, config: Config, task: Task): string[] {
  switch (task.does) {
    case "write stacks":
      return writeStacksOf(app, host, config, task);
    case "write modules":
      return writeModulesOf(app, host, config, task);
    case "collect warnings":
      addStacks(app, config);
      return [];
  }
}

function writeStacksOf(app: App, host: Host, config: Config, task: WriteStacks): string[] {
  const { out, hcl, withManifest = false } = task;
  addStacks(app, config);
  const files = stacksOf(app).flatMap((stack) => {
    const own = hcl ? hclFilesOfStack(stack) : filesOfStack(stack);
    return [...own].map(([path, text]): FileText => [`stacks/${stack.node.id}/${path}`, text]);
  });
  if (withManifest) files.push([Manifest.fileName, manifestOf(app)]);
  const written = write(host, out, files, true);
  // Terraform would read both.
  const other = hcl ? "cdk.tf.json" : "cdk.tf";
  for (const stack of stackNames(config))
    rmSync(resolve(host.io.cwd, out, "stacks", stack, other), { force: true });
  return written;
}

/** Modules are their readers' to change: what they have changed stays, except with `force`. */
function writeModulesOf(
  app: App,
  host: Host,
  config: Config,
  { out, force }: WriteModules,
): string[] {
  addModules(app, config);
  return write(host, out, [...filesOfModules(app)], force);
}

function write(host: Host, out: string, files: readonly FileText[], force: boolean): string[] {
  const contents = files.map(([path, text]) => [path, { text }] as const);
  return writeFiles(host, out, Object.fromEntries(contents), { force });
}
