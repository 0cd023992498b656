import { closeSync, existsSync, openSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { temporaryDirectory } from "./directory";
import { type GuardedProcess, outputOf, startProcess } from "./guarded-process";
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
  "the AWS emulator moto is not there: pip install 'moto[server]' (or put moto_server on PATH, or start Docker)";

const image = "docker.io/motoserver/moto:5.2.1";

/** The managed policies of AWS are there, as in every account. */
const settings = { MOTO_IAM_LOAD_MANAGED_POLICIES: "true" };

/** A way to start the emulator on a port of 127.0.0.1. */
interface Launcher {
  /** Commands that succeed where this way can be gone. */
  readonly check: readonly (readonly string[])[];
  readonly command: (port: number, containerFile: string) => readonly string[];
}

function installed(...program: string[]): Launcher {
  return {
    check: [[...program, "--help"]],
    command: (port) => [...program, "-H", "127.0.0.1", "-p", `${port}`],
  };
}

/** In this order, under the name that tells how. */
const launchers: Readonly<Record<string, Launcher>> = {
  moto_server: installed("moto_server"),
  "python3 -m moto.server": installed("python3", "-m", "moto.server"),
  [`docker run ${image}`]: {
    check: [
      ["docker", "version"],
      ["docker", "pull", "--quiet", image],
    ],
    command: (port, containerFile) => [
      ...["docker", "run", "--rm", "--init", "--cidfile", containerFile],
      ...Object.entries(settings).map(([name, value]) => `--env=${name}=${value}`),
      ...["--publish", `127.0.0.1:${port}:5000`, image],
    ],
  },
};

/**
 * Finds the way to start the emulator, by trying.
 *
 * @returns its name, for {@link startEmulator}; undefined when the machine has none
 */
export async function findEmulator(): Promise<string | undefined> {
  for (const [name, { check }] of Object.entries(launchers)) {
    try {
      for (const command of check) await outputOf(command);
      return name;
    } catch {
      continue;
    }
  }
  return undefined;
}

/**
 * Starts the emulator on a free port of 127.0.0.1.
 *
 * @param known the way, if it was found before
 * @returns once it answers
 * @throws {Error} moto is not installed, or does not answer
 */
export async function startEmulator(known?: string): Promise<Emulator> {
  const launcher = launchers[known ?? (await findEmulator()) ?? ""];
  if (launcher === undefined) throw new Error(emulatorHelp);

  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const logFile = join(temporaryDirectory("emulator"), "emulator.log");
  const containerFile = join(dirname(logFile), "container");
  const log = openSync(logFile, "a");
  const server = startProcess(launcher.command(port, containerFile), {
    env: { ...process.env, ...settings },
    output: log,
  });
  closeSync(log);

  const stop = async () => {
    await server.stop();
    await removeContainer(containerFile);
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

/** A container that outlived its client; Docker removes the others itself (`--rm`). */
async function removeContainer(containerFile: string): Promise<void> {
  if (!existsSync(containerFile)) return;
  const id = readFileSync(containerFile, "utf8").trim();
  await outputOf(["docker", "rm", "--force", id]).catch(() => undefined);
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
