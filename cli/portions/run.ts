import { type ChildProcess, fork } from "node:child_process";
import { availableParallelism } from "node:os";
import type { Cluster } from "../../config/cluster-props";
import { UsageError } from "../io/usage-error";
import { type Answer, type Portion, portionArgument, type Target } from "./message";

/** As many stacks as a process writes: CDKTF keeps the tokens of all that it has made. */
const portionSize = 250;

/** What was written, and what is warned of, in the order of the clusters. */
interface Written {
  readonly written: string[];
  readonly warnings: string[];
}

/**
 * Writes stacks in processes beside this one, as many at once as there are processors.
 *
 * @param program the file of the command
 * @param onWritten is called with the number of stacks that are written, whenever there are more
 * @throws {UsageError} a file cannot be written; whole stacks may have been written
 */
export async function writeInPortions(
  program: string,
  clusters: readonly Cluster[],
  target: Target,
  onWritten: (stacks: number) => void = () => undefined,
): Promise<Written> {
  const workers = Math.max(1, Math.min(availableParallelism(), 16));
  const size = Math.min(portionSize, Math.ceil(clusters.length / workers));
  const portions = Array.from({ length: Math.ceil(clusters.length / size) }, (_, index) => index);
  const results: Written[] = [];
  const running = new Set<ChildProcess>();
  let next = 0;
  let written = 0;
  const work = async () => {
    for (let index = next++; index < portions.length; index = next++) {
      const part = clusters.slice(index * size, (index + 1) * size);
      const portion = { ...target, clusters: part.map(({ config }) => config) };
      results[index] = await writePortion(program, portion, running);
      onWritten((written += part.length));
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

function writePortion(
  program: string,
  portion: Portion,
  running: Set<ChildProcess>,
): Promise<Written> {
  return new Promise((resolve, reject) => {
    const child = fork(program, [portionArgument], { execArgv: [] });
    running.add(child);
    child.once("message", (answer: Answer) => {
      if ("mistake" in answer) reject(new UsageError(answer.mistake));
      else if ("bug" in answer) reject(new Error(answer.bug));
      else resolve({ written: [...answer.written], warnings: [...answer.warnings] });
    });
    child.once("error", reject);
    child.once("exit", (code, signal) => {
      running.delete(child);
      reject(
        new UsageError(`a process that writes stacks was ended by ${signal ?? `exit ${code}`}`),
      );
    });
    child.send(portion);
  });
}

/** Lets a process complete the stack at hand. */
function ended(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    child.once("exit", () => {
      resolve();
    });
    if (child.exitCode !== null || child.signalCode !== null) resolve();
    child.kill("SIGTERM");
  });
}
