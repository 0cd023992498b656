import { execFile } from "node:child_process";
import { closeSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { temporaryDirectory } from "./directory";
import { type GuardedProcess, startProcess } from "./guarded-process";
import { freePort } from "./listen";

/** A running AWS emulator (moto). */
export interface Emulator {
  /** The endpoint of every AWS service. */
  readonly url: string;
  readonly pid: number;
  /** The log of its requests and errors. */
  readonly logFile: string;
  /** Forgets everything that was made. */
  reset(): Promise<void>;
  stop(): Promise<void>;
}

/** What to do on a machine without the emulator. */
export const emulatorHelp =
  "the AWS emulator moto is not installed: pip install 'moto[server]' (or put moto_server on PATH)";

/**
 * Finds the command that starts the emulator, by running it.
 *
 * @returns undefined when the machine has none
 */
export async function emulatorCommand(): Promise<readonly string[] | undefined> {
  for (const [program, ...rest] of [["moto_server"], ["python3", "-m", "moto.server"]] as const) {
    try {
      await promisify(execFile)(program, [...rest, "--help"]);
      return [program, ...rest];
    } catch {
      continue;
    }
  }
  return undefined;
}

/**
 * Starts the emulator on a free port of 127.0.0.1.
 *
 * @param known the command, if it was found before
 * @returns once it answers
 * @throws {Error} moto is not installed, or does not answer
 */
export async function startEmulator(known?: readonly string[]): Promise<Emulator> {
  const command = known ?? (await emulatorCommand());
  if (command === undefined) throw new Error(emulatorHelp);

  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const logFile = join(temporaryDirectory("emulator"), "emulator.log");
  const log = openSync(logFile, "a");
  const server = startProcess([...command, "-H", "127.0.0.1", "-p", `${port}`], {
    env: process.env,
    output: log,
  });
  closeSync(log);

  const stop = async () => {
    await server.stop();
  };
  if (!(await answers(`${url}/moto-api/data.json`, server))) {
    await stop();
    throw new Error(`the emulator does not answer, log ${logFile}:\n${tail(logFile)}`);
  }
  return {
    url,
    pid: server.pid,
    logFile,
    stop,
    async reset() {
      const response = await fetch(`${url}/moto-api/reset`, { method: "POST" });
      if (!response.ok) throw new Error(`the emulator cannot be reset, log ${logFile}`);
    },
  };
}

async function answers(url: string, server: GuardedProcess): Promise<boolean> {
  const ended = new AbortController();
  void server.exited.then(() => {
    ended.abort();
  });
  const signal = AbortSignal.any([ended.signal, AbortSignal.timeout(60_000)]);
  while (!signal.aborted) {
    try {
      if ((await fetch(url, { signal })).ok) return true;
    } catch {
      await sleep(50);
    }
  }
  return false;
}

function tail(file: string): string {
  return readFileSync(file, "utf8").split("\n").slice(-20).join("\n");
}
