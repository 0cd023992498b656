import { parseConfig } from "../../config/load";
import { isMistake } from "../input/mistakes";
import { Host } from "../io/host";
import { processIo } from "../io/io";
import type { Answer, Portion } from "./message";
import { doOneByOne } from "./tasks";

/**
 * Does the task for the clusters that the parent process sends, answers, and ends. When the parent ends before,
 * or Ctrl-C is pressed, the cluster at hand is completed and no other is begun.
 */
export function serve(): void {
  const end = () => process.exit(1);
  process.once("disconnect", end);
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, end);
  process.once("message", (portion: Portion) => {
    void work(portion).then((answer) => {
      process.off("disconnect", end);
      process.send?.(answer, () => {
        process.disconnect();
      });
    });
  });
}

async function work({ clusters, cwd, task }: Portion): Promise<Answer> {
  try {
    const config = await parseConfig(JSON.stringify({ clusters }), "irsa.yaml");
    return await doOneByOne(new Host({ ...processIo(), cwd }), config, task);
  } catch (error) {
    if (isMistake(error)) return { mistake: error.message };
    return { bug: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}
