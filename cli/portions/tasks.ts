import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate as nextTick } from "node:timers/promises";
import type { Config } from "../../config/load";
import type { Host } from "../io/host";
import { withProgress } from "../io/progress";
import { doAtOnce } from "../output/synthesize";
import type { Done, Task } from "./message";
import { runInPortions } from "./run";

/** The most clusters that a task is done for at once; for more of them one by one, in processes of their own. */
const atOnce = 50;

/** What a progress line says of a task. */
const progress: Readonly<Record<Task["does"], (clusters: number) => string>> = {
  "write stacks": (clusters) => `Writing ${clusters} stacks`,
  "write modules": (clusters) => `Writing ${clusters} modules`,
  "collect warnings": (clusters) => `Validating ${clusters} stacks`,
};

/**
 * Does a task for the clusters of a configuration: it writes all files or none of a few clusters, and of many
 * those of one cluster after the other, each whole.
 *
 * @throws {UsageError} a file cannot be written
 */
export async function doTask(host: Host, config: Config, task: Task): Promise<Done> {
  const { clusters = [] } = config;
  const { program, cwd } = host.io;
  const isOne = task.does === "write stacks" && task.withManifest === true;
  if (program === undefined || clusters.length <= atOnce || isOne)
    return inTemporaryDirectory((outdir) => Promise.resolve(doAtOnce(host, config, task, outdir)));
  const line = progress[task.does](clusters.length);
  return await withProgress(line, host, (say) =>
    runInPortions(program, clusters, { task, cwd }, (count) => {
      say(`${line}, ${count} are done`);
    }),
  );
}

/** Does a task for one cluster after the other, and lets signals be handled in between. */
export function doOneByOne(host: Host, config: Config, task: Task): Promise<Done> {
  return inTemporaryDirectory(async (outdir) => {
    const all: Done[] = [];
    for (const cluster of config.clusters ?? []) {
      all.push(doAtOnce(host, { ...config, clusters: [cluster] }, task, outdir));
      await nextTick();
    }
    return {
      written: all.flatMap(({ written }) => written),
      warnings: all.flatMap(({ warnings }) => warnings),
    };
  });
}

async function inTemporaryDirectory<T>(call: (directory: string) => Promise<T>): Promise<T> {
  const directory = mkdtempSync(join(tmpdir(), "irsa-synth-"));
  const remove = () => {
    rmSync(directory, { recursive: true, force: true });
  };
  // A signal ends a worker in between.
  process.once("exit", remove);
  try {
    return await call(directory);
  } finally {
    process.off("exit", remove);
    remove();
  }
}
