import { type ExecFileException, execFile } from "node:child_process";
import { statSync } from "node:fs";
import { resolve } from "node:path";
import type { Host } from "./host";
import { presentable } from "./presentable";
import { withProgress } from "./progress";
import { systemReason } from "./system-errors";
import { UsageError } from "./usage-error";

/** Far above the outputs of a stack with 1,000 roles. */
const maxBytes = 16 * 1024 * 1024;

/** What Terraform prints as JSON about a stack that has been applied. */
export type TerraformQuery = "output" | "show";

/**
 * Runs `terraform output -json` in a stack's directory: the binary that TERRAFORM_BINARY_NAME names, else
 * terraform, else tofu.
 *
 * @param directory as the user names it
 * @param signal ends it early
 * @returns what it prints, private keys among it
 * @throws {UsageError} the directory or the binary is missing, or the binary reports an error
 */
export async function runTerraformOutput(
  directory: string,
  host: Host,
  signal?: AbortSignal,
): Promise<string> {
  return withProgress(`Reading the outputs of Terraform in ${presentable(directory)}`, host, () =>
    runTerraform("output", directory, host, signal),
  );
}

/** Runs `terraform output -json` or `terraform show -json`, like {@link runTerraformOutput}. */
export async function runTerraform(
  query: TerraformQuery,
  directory: string,
  host: Host,
  signal?: AbortSignal,
): Promise<string> {
  const cwd = resolve(host.io.cwd, directory);
  if (statSync(cwd, { throwIfNoEntry: false })?.isDirectory() !== true) {
    throw new UsageError(`the directory ${presentable(directory)} does not exist`);
  }
  const named = host.io.env.TERRAFORM_BINARY_NAME ?? "";
  for (const binary of named === "" ? ["terraform", "tofu"] : [named]) {
    const text = await run(binary, [query, "-json", "-no-color"], { cwd, directory, signal }, host);
    if (text !== undefined) return text;
  }
  throw new UsageError(
    named === ""
      ? "neither terraform nor tofu is on the PATH; name one with TERRAFORM_BINARY_NAME"
      : `TERRAFORM_BINARY_NAME names ${presentable(named)}, which is not on the PATH`,
  );
}

interface Place {
  readonly cwd: string;
  readonly directory: string;
  readonly signal: AbortSignal | undefined;
}

/** @returns undefined if there is no such binary */
function run(
  binary: string,
  argv: readonly string[],
  { cwd, directory, signal }: Place,
  { io }: Host,
): Promise<string | undefined> {
  return new Promise((done, fail) => {
    const options = { cwd, env: io.env, maxBuffer: maxBytes, ...(signal && { signal }) };
    execFile(binary, argv, options, (error, stdout, stderr) => {
      if (error === null) done(stdout);
      else if (error.code === "ENOENT") done(undefined);
      else {
        const what = `${presentable(binary)} ${argv.slice(0, 2).join(" ")} failed in ${presentable(directory)}`;
        fail(new UsageError(`${what}: ${reasonOf(error, stderr)}`));
      }
    });
  });
}

/** The first error that Terraform reports, without the frame that it draws. */
function reasonOf(error: ExecFileException, stderr: string): string {
  if (error.name === "AbortError") return "it took too long";
  const text = stderr.replace(/[│╷╵]/g, "").replace(/\s+/g, " ").trim();
  const [, first] = /Error: (.*)/.exec(text) ?? [];
  if (first !== undefined || text !== "") return presentable(first ?? text);
  return typeof error.code === "number"
    ? `it ended with exit code ${error.code}`
    : systemReason(error);
}
