import { type ChildProcess, fork } from "node:child_process";
import { availableParallelism } from "node:os";
import type { Cluster } from "../../config/cluster-props";
import { UsageError } from "../io/usage-error";
import { type Answer, type Done, type Portion, portionArgument } from "./message";

/** As many clusters as a process does: CDKTF keeps the tokens of all that it has made. */
const portionSize = 500;

/**
 * Does a task for clusters in processes beside this one, as many at once as there are processors.
 *
 * @param program the file of the command
 * @param onDone is called with the number of clusters that are done, whenever there are more
 * @returns what is done, in the order of the clusters
 * @throws {UsageError} a file cannot be written; all files of other clusters may have been written
 */
export async function runInPortions(
  program: string,
  clusters: readonly Cluster[],
  { task, cwd }: Pick<Portion, "task" | "cwd">,
  onDone: (clusters: number) => void = () => undefined,
): Promise<Done> {
  const workers = Math.max(1, Math.min(availableParallelism(), 16));
  const size = Math.min(portionSize, Math.ceil(clusters.length / workers));
  const portions = Array.from({ length: Math.ceil(clusters.length / size) }, (_, index) => index);
  const results: Done[] = [];
  const running = new Set<ChildProcess>();
  let next = 0;
  let done = 0;
  const work = async () => {
    for (let index = next++; index < portions.length; index = next++) {
      const part = clusters.slice(index * size, (index + 1) * size);
      const portion = { task, cwd, clusters: part.map(({ config }) => config) };
      results[index] = await runPortion(program, portion, running);
      onDone((done += part.length));
    }
  };
  try {
    await Promise.all(Array.from({ length: workers }, work));
  } finally {
    next = portions.length;
    await Promise.all([...running].map(ended));
  }
  return {
    written: results.flatMap(({ written }) => written),
    warnings: results.flatMap(({ warnings }) => warnings),
  };
}

function runPortion(program: string, portion: Portion, running: Set<ChildProcess>): Promise<Done> {
  return new Promise((resolve, reject) => {
    const child = fork(program, [portionArgument], { execArgv: [] });
    running.add(child);
    child.once("message", (answer: Answer) => {
      if ("mistake" in answer) reject(new UsageError(answer.mistake));
      else if ("bug" in answer) reject(new Error(answer.bug));
      else resolve(answer);
    });
    child.once("error", reject);
    child.once("exit", (code, signal) => {
      running.delete(child);
      reject(
        new UsageError(`a process that makes stacks was ended by ${signal ?? `exit ${code}`}`),
      );
    });
    child.send(portion);
  });
}

/** Lets a process complete the cluster at hand. */
function ended(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    child.once("exit", () => {
      resolve();
    });
    if (child.exitCode !== null || child.signalCode !== null) resolve();
    child.kill("SIGTERM");
  });
}
