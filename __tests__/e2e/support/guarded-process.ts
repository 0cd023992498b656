import { spawn } from "node:child_process";
import { Readable } from "node:stream";

/** How a process ended. */
export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A process that does not outlive the one that started it, with all its children. */
export interface GuardedProcess {
  /** The id of the process, and of its process group. */
  readonly pid: number;
  /** Empty when the output goes to a file. */
  readonly stdout: Readable;
  /** Empty when the output goes to a file. */
  readonly stderr: Readable;
  /** Settles when the process has ended and its output has been read. */
  readonly exited: Promise<Exit>;
  /** Sends a signal to the process; `SIGKILL` goes to its children too. */
  readonly signal: (signal: NodeJS.Signals) => void;
  /** SIGTERM, and SIGKILL after the grace period. */
  stop(graceMilliseconds?: number): Promise<Exit>;
}

export interface GuardedProcessOptions {
  readonly env: NodeJS.ProcessEnv;
  /** @default - the current one */
  readonly cwd?: string;
  /**
   * A file descriptor for standard output and standard error.
   * @default - two pipes
   */
  readonly output?: number;
}

/**
 * The pipe of file descriptor 3 is closed when the starting process ends, in whatever way; the group
 * goes with it.
 */
const guard = '(cat <&3; kill -KILL 0) >/dev/null 2>&1 & exec "$@" 3<&-';

/** Starts a command in a process group of its own. */
export function startProcess(
  command: readonly string[],
  { env, cwd, output }: GuardedProcessOptions,
): GuardedProcess {
  const child = spawn("/bin/sh", ["-c", guard, "sh", ...command], {
    cwd,
    env,
    detached: true,
    stdio: ["ignore", output ?? "pipe", output ?? "pipe", "pipe"],
  });
  const { pid } = child;
  if (pid === undefined) throw new Error(`cannot start: ${command.join(" ")}`);

  const signal = (name: NodeJS.Signals) => {
    send(name === "SIGKILL" ? -pid : pid, name);
  };
  child.once("exit", () => {
    signal("SIGKILL");
  });
  const exited = new Promise<Exit>((resolve) => {
    child.once("close", (code, signal) => {
      resolve({ code, signal });
    });
  });
  return {
    pid,
    stdout: child.stdout ?? Readable.from([]),
    stderr: child.stderr ?? Readable.from([]),
    exited,
    signal,
    async stop(graceMilliseconds = 3000) {
      signal("SIGTERM");
      const timer = setTimeout(signal, graceMilliseconds, "SIGKILL");
      return exited.finally(() => {
        clearTimeout(timer);
      });
    },
  };
}

function send(id: number, signal: NodeJS.Signals): void {
  try {
    process.kill(id, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}
