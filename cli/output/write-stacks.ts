import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setImmediate as nextTick } from "node:timers/promises";
import { App, Manifest, TerraformStack } from "cdktf";
import type { Config } from "../../config/load";
import { addStacks, stackNames } from "../../stacks/add-stacks";
import { withoutTokenTraces, writeStacks } from "../../stacks/synthesis";
import { warningsOf } from "../../stacks/warnings";
import type { Host } from "../io/host";
import { withProgress } from "../io/progress";
import type { Target } from "../portions/message";
import { writeInPortions } from "../portions/run";
import { writeFiles } from "./write-files";

/** A stack in either syntax, as CDKTF names the file. */
const names = { json: "cdk.tf.json", hcl: "cdk.tf" };

/** Files that were written, and what their stacks warn of. */
export interface WrittenStacks {
  readonly written: readonly string[];
  readonly warnings: readonly string[];
}

/** The most stacks that are written all or none; more of them, in processes of their own, one by one. */
const atOnce = 50;

/**
 * Writes stacks: all or none of a few, and of many one after the other, each whole.
 *
 * @param withManifest adds the list of stacks that the CDKTF command line reads; all or none then
 * @throws {UsageError} a file cannot be written
 */
export async function writeAllStacks(
  host: Host,
  config: Config,
  { out, hcl }: Pick<Target, "out" | "hcl">,
  { withManifest = false } = {},
): Promise<WrittenStacks> {
  const { clusters = [] } = config;
  const { program, cwd } = host.io;
  return program !== undefined && clusters.length > atOnce && !withManifest
    ? await withProgress(`Writing ${clusters.length} stacks`, host, (say) =>
        writeInPortions(program, clusters, { out, cwd, hcl }, (count) => {
          say(`Writing ${clusters.length} stacks, ${count} are done`);
        }),
      )
    : writeStacksAtOnce(host, config, { out, hcl }, { withManifest });
}

/**
 * Writes stacks: all of their files, or none.
 *
 * @param withManifest adds the list of stacks that the CDKTF command line reads
 * @throws {UsageError} a file cannot be written
 */
function writeStacksAtOnce(
  host: Host,
  config: Config,
  { out, hcl }: Pick<Target, "out" | "hcl">,
  { withManifest = false } = {},
): WrittenStacks {
  const { files, warnings } = synthesizeApp((app) => {
    addStacks(app, config);
    writeStacks(app);
    const manifest = JSON.stringify(app.manifest.buildManifest(), null, 2);
    return new Map([
      ...filesOfStacks(app, hcl),
      ...(withManifest ? ([[Manifest.fileName, manifest]] as const) : []),
    ]);
  });
  const contents = [...files].map(([path, text]) => [path, { text }] as const);
  const written = writeFiles(host, out, Object.fromEntries(contents), { force: true });
  // Terraform would read both.
  const other = hcl ? names.json : names.hcl;
  for (const stack of stackNames(config))
    rmSync(resolve(host.io.cwd, out, "stacks", stack, other), { force: true });
  return { written, warnings };
}

/** Writes one stack after the other, each whole, and lets signals be handled in between. */
export async function writeStacksOneByOne(
  host: Host,
  config: Config,
  target: Pick<Target, "out" | "hcl">,
): Promise<WrittenStacks> {
  const all: WrittenStacks[] = [];
  for (const cluster of config.clusters ?? []) {
    all.push(writeStacksAtOnce(host, { ...config, clusters: [cluster] }, target));
    await nextTick();
  }
  return {
    written: all.flatMap(({ written }) => written),
    warnings: all.flatMap(({ warnings }) => warnings),
  };
}

/** Calls what makes stacks in an app whose directory is gone afterwards. */
export function synthesizeApp(makeFiles: (app: App) => Map<string, string>) {
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
