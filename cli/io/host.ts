import type { Cluster } from "../../config/cluster-props";
import { exitCodes } from "./exit-codes";
import type { Io, Output } from "./io";
import { systemReason } from "./system-errors";
import { UsageError } from "./usage-error";

/** What a command does its work with: the streams, environment and directory that it was given. */
export class Host {
  /** What the program ends with when the command does not fail. */
  exitCode: number = exitCodes.done;

  /** The cluster that the command is about, once it has been read from the configuration. */
  cluster: Cluster | undefined;

  constructor(readonly io: Io) {}

  /**
   * Writes to standard output, in full.
   *
   * @throws {UsageError} its reader is gone, or the disk is full
   */
  async print(text: string): Promise<void> {
    await write(this.io.stdout, text, "standard output");
  }

  /**
   * Writes a line or more to standard error, for people rather than programs: whether anybody can
   * read them decides nothing.
   */
  async note(text: string): Promise<void> {
    const line = text.endsWith("\n") ? text : `${text}\n`;
    await write(this.io.stderr, line, "standard error").catch(() => undefined);
  }
}

/** What a command does; loaded when the command is used. */
export type Action<Options> = (options: Options, host: Host) => Promise<void>;

/** An action that is loaded on its first use, so that help and completion load none. */
export function lazy<Options>(
  host: Host,
  load: () => Promise<Action<Options>>,
): (options: Options) => Promise<void> {
  return async (options) => {
    const action = await load();
    await action(options, host);
  };
}

function write(stream: Output, text: string, name: string): Promise<void> {
  return new Promise((resolve, reject) => {
    stream.write(text, (error) => {
      if (error) reject(new UsageError(`${name} cannot be written: ${systemReason(error)}`));
      else resolve();
    });
  });
}
