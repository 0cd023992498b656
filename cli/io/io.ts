import type { Readable, Writable } from "node:stream";

/** A stream to write to; `isTTY` as `process.stdout` has it. */
export type Output = Writable & { readonly isTTY?: boolean; readonly columns?: number };

/** Everything that the program has from outside: the process's own, or a test's. */
export interface Io {
  readonly stdin: Readable & { readonly isTTY?: boolean };
  readonly stdout: Output;
  readonly stderr: Output;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** An absolute path, against which the names of files are resolved. */
  readonly cwd: string;
  /**
   * The program's own file, to run parts of the work in processes beside this one.
   * @default - all work is done here
   */
  readonly program?: string;
  /**
   * Root certificates that hosts of documents may have, PEM.
   * @default - those that came with Node
   */
  readonly authorities?: readonly string[];
}

/** The process's own streams, environment and directory. */
export function processIo(): Io {
  for (const stream of [process.stdout, process.stderr]) {
    // The callback of each write reports the same error; unheard, it would end the process.
    stream.on("error", () => undefined);
  }
  return {
    // Standard input becomes a stream when it is first read.
    get stdin() {
      return process.stdin;
    },
    stdout: process.stdout,
    stderr: process.stderr,
    env: process.env,
    cwd: process.cwd(),
    program: process.argv[1],
  };
}
