import { parseConfig } from "../../config/load";
import { isMistake } from "../input/mistakes";
import { Host } from "../io/host";
import { processIo } from "../io/io";
import { writeStacksOneByOne } from "../output/write-stacks";
import type { Answer, Portion } from "./message";

/**
 * Writes the stacks of the portion that the parent process sends, answers, and ends. When the parent ends
 * before, or Ctrl-C is pressed, the stack at hand is completed and no other is begun.
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

async function work({ clusters, ...target }: Portion): Promise<Answer> {
  try {
    const config = await parseConfig(JSON.stringify({ clusters }), "irsa.yaml");
    return await writeStacksOneByOne(new Host({ ...processIo(), cwd: target.cwd }), config, target);
  } catch (error) {
    if (isMistake(error)) return { mistake: error.message };
    return { bug: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}
