import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { App, Manifest, TerraformStack } from "cdktf";
import type { Config } from "../../config/load";
import { addModules, filesOfModules } from "../../stacks/add-modules";
import { addStacks, stackNames } from "../../stacks/add-stacks";
import { withoutTokenTraces, writeStacks } from "../../stacks/synthesis";
import { warningsOf } from "../../stacks/warnings";
import type { Host } from "../io/host";
import type { Done, Task, WriteModules, WriteStacks } from "../portions/message";
import { writeFiles } from "./write-files";

/** A stack in either syntax, as CDKTF names the file. */
const names = { json: "cdk.tf.json", hcl: "cdk.tf" };

/**
 * Does a task for clusters: it writes all of their files, or none.
 *
 * @throws {UsageError} a file cannot be written
 */
export function doAtOnce(host: Host, config: Config, task: Task): Done {
  switch (task.does) {
    case "write stacks":
      return writeStacksOf(host, config, task);
    case "write modules":
      return writeModulesOf(host, config, task);
    case "collect warnings":
      return collectWarnings(config);
  }
}

function writeStacksOf(
  host: Host,
  config: Config,
  { out, hcl, withManifest = false }: WriteStacks,
): Done {
  const { files, warnings } = synthesizeApp((app) => {
    addStacks(app, config);
    writeStacks(app);
    const manifest = JSON.stringify(app.manifest.buildManifest(), null, 2);
    return new Map([
      ...filesOfStacks(app, hcl),
      ...(withManifest ? ([[Manifest.fileName, manifest]] as const) : []),
    ]);
  });
  const written = write(host, out, files, true);
  // Terraform would read both.
  const other = hcl ? names.json : names.hcl;
  for (const stack of stackNames(config))
    rmSync(resolve(host.io.cwd, out, "stacks", stack, other), { force: true });
  return { written, warnings };
}

/** Modules are their readers' to change: what they have changed stays, except with `force`. */
function writeModulesOf(host: Host, config: Config, { out, force }: WriteModules): Done {
  const { files, warnings } = synthesizeApp((app) => {
    addModules(app, config);
    app.synth();
    return filesOfModules(app);
  });
  return { written: write(host, out, files, force), warnings };
}

/** Makes the stacks and writes none of them. */
function collectWarnings(config: Config): Done {
  const { warnings } = synthesizeApp((app) => {
    addStacks(app, config);
    return new Map();
  });
  return { written: [], warnings };
}

function write(host: Host, out: string, files: Map<string, string>, force: boolean): string[] {
  const contents = [...files].map(([path, text]) => [path, { text }] as const);
  return writeFiles(host, out, Object.fromEntries(contents), { force });
}

/** Calls what makes stacks in an app whose directory is gone afterwards. */
function synthesizeApp(makeFiles: (app: App) => Map<string, string>) {
  const outdir = mkdtempSync(join(tmpdir(), "irsa-synth-"));
  try {
    return withoutTokenTraces(() => {
      // CDKTF's own validation would run Terraform, which need not be there.
      const app = new App({ outdir, skipValidation: true });
      return { files: makeFiles(app), warnings: warningsOf(app) };
    });
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
