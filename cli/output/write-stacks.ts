import type { Config } from "../../config/load";
import type { Host } from "../io/host";
import type { Done, WriteStacks } from "../portions/message";
import { doTask } from "../portions/tasks";

/**
 * Writes stacks: all or none of a few, and of many one after the other, each whole.
 *
 * @throws {UsageError} a file cannot be written
 */
export function writeAllStacks(
  host: Host,
  config: Config,
  options: Omit<WriteStacks, "does">,
): Promise<Done> {
  return doTask(host, config, { does: "write stacks", ...options });
}
