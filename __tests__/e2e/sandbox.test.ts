import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { temporaryDirectory } from "../../sandbox/directory";
import { describeWith } from "./support/describe-with";

const started: ChildProcess[] = [];
afterEach(() => {
  for (const sandbox of started.splice(0)) sandbox.kill("SIGKILL");
});

/** Starts `npm run sandbox` with a temporary directory of its own, by which its processes are known. */
function startSandbox(env: NodeJS.ProcessEnv = {}) {
  const directory = temporaryDirectory("sandbox");
  const { E2E_DIRECTORY: _, E2E_KEEP: __, ...rest } = process.env;
  const sandbox = spawn("node", scriptOf("sandbox"), {
    env: { ...rest, TMPDIR: directory, ...env },
  });
  started.push(sandbox);
  const ended = new Promise<number | null>((resolve) => sandbox.once("close", resolve));
  return {
    directory,
    interrupt: () => sandbox.kill("SIGINT"),
    ended: Promise.all([ended, text(sandbox.stdout), text(sandbox.stderr)]).then(
      ([code, stdout, stderr]) => ({ code, stdout, stderr }),
    ),
  };
}

/** The arguments of `node` in a script of package.json: npm itself would not pass a signal on. */
function scriptOf(name: string): string[] {
  const { scripts } = JSON.parse(readFileSync("package.json", "utf8")) as {
    scripts: Record<string, string>;
  };
  const [program, ...args] = scripts[name]?.split(" ") ?? [];
  expect(program).toBe("node");
  return args;
}

/** Files below the directory, and processes that have it in their environment. */
async function leftovers(directory: string) {
  const processes = () =>
    existsSync("/proc/self/environ")
      ? readdirSync("/proc").filter((id) => /^\d+$/.test(id) && environment(id).includes(directory))
      : execFileSync("ps", ["-axEww"], { encoding: "utf8" })
          .split("\n")
          .filter((line) => line.includes(directory));
  for (let tries = 0; tries < 20 && processes().length > 0; tries++) await sleep(50);
  const files = readdirSync(directory).filter((name) => !name.startsWith("tsx-"));
  return { files, processes: processes() };
}

function environment(id: string): string {
  try {
    return readFileSync(`/proc/${id}/environ`, "utf8");
  } catch {
    return "";
  }
}

/** What Terraform has printed so far. */
function logsBelow(directory: string): string {
  return readdirSync(directory)
    .filter((run) => run.startsWith("irsa-run-"))
    .flatMap((run) => readdirSync(join(directory, run)).map((name) => join(run, name)))
    .map((name) => join(directory, name, "terraform.log"))
    .filter((log) => existsSync(log))
    .map((log) => readFileSync(log, "utf8"))
    .join("");
}

const nothing = { files: [], processes: [] };

describeWith(
  ["terraform", "aws", "tls", "external", "emulator", "openssl"],
  "npm run sandbox",
  () => {
    test("ends with a verified token, prints no secret, and leaves nothing", async () => {
      const sandbox = startSandbox({ E2E_CAPABILITIES: undefined });
      const { code, stdout, stderr } = await sandbox.ended;
      expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
      expect(stdout).toMatch(
        /^token +of system:serviceaccount:default:default for sts.amazonaws.com: verified by discovery alone$/m,
      );
      expect(stdout).toMatch(/for vault.example.com: refused, unexpected "aud" claim value$/m);
      expect(stdout).toMatch(/^destroyed +in \d/m);
      expect(stdout).not.toMatch(/PRIVATE KEY|eyJ|[A-Za-z0-9+/]{60}/);
      expect(await leftovers(sandbox.directory)).toEqual(nothing);
    });

    test("leaves nothing when it is interrupted in the middle of an apply", async () => {
      const sandbox = startSandbox();
      const creating = () => logsBelow(sandbox.directory).includes("Creating...");
      while (!creating()) await sleep(50);
      expect((await leftovers(sandbox.directory)).processes).not.toEqual([]);
      sandbox.interrupt();
      expect(await sandbox.ended).toMatchObject({ code: 130, stderr: "" });
      expect(await leftovers(sandbox.directory)).toEqual(nothing);
    });
  },
);

describe("npm run sandbox on a machine that lacks something", () => {
  test("says what, and how to get it, and leaves nothing", async () => {
    const missing = { emulator: "moto is not there: pip install moto", tls: "no such host" };
    const sandbox = startSandbox({
      E2E_CAPABILITIES: JSON.stringify({ missing, found: {}, pluginDirectories: [] }),
    });
    const { code, stdout, stderr } = await sandbox.ended;
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toBe(`The sandbox cannot run on this machine:
  emulator: moto is not there: pip install moto
  tls: no such host
    \`terraform init\` must reach registry.terraform.io, or find the provider in ~/.terraform.d/plugins
`);
    expect(await leftovers(sandbox.directory)).toEqual(nothing);
  });
});
