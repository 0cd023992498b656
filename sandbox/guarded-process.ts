import { spawn } from "node:child_process";
import { Readable } from "node:stream";
import { text } from "node:stream/consumers";

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
 * goes with it. The shell's own commands alone, so that PATH may lack everything else.
 */
const guard = '(read -r _ <&3; kill -KILL 0) >/dev/null 2>&1 & exec "$@" 3<&-';

const running = new Set<GuardedProcess>();

/** Kills all processes that this one started and that still run. */
export async function killProcesses(): Promise<void> {
  await Promise.all([...running].map((process) => process.stop(0)));
}

/**
 * Runs a command to its end.
 *
 * @returns what it printed to standard output
 * @throws {Error} it failed, or took longer than 5 minutes; the message is its standard error
 */
export async function outputOf(
  command: readonly string[],
  options: Partial<Pick<GuardedProcessOptions, "env" | "cwd">> = {},
): Promise<string> {
  const started = startProcess(command, { env: process.env, ...options });
  const timer = setTimeout(started.signal, 300_000, "SIGKILL");
  const [stdout, stderr, { code, signal }] = await Promise.all([
    text(started.stdout),
    text(started.stderr),
    started.exited,
  ]);
  clearTimeout(timer);
  if (code === 0) return stdout;
  throw new Error(stderr.trim() || `${command.join(" ")} ended with ${signal ?? code ?? "?"}`);
}

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
  const started: GuardedProcess = {
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
  running.add(started);
  void exited.then(() => running.delete(started));
  return started;
}

function send(id: number, signal: NodeJS.Signals): void {
  try {
    process.kill(id, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}
