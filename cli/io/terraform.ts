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

/**
 * Runs `terraform output -json` in a stack's directory: the binary that TERRAFORM_BINARY_NAME names, else
 * terraform, else tofu.
 *
 * @param directory as the user names it
 * @returns what it prints, private keys among it
 * @throws {UsageError} the directory or the binary is missing, or the binary reports an error
 */
export async function runTerraformOutput(directory: string, host: Host): Promise<string> {
  const cwd = resolve(host.io.cwd, directory);
  if (statSync(cwd, { throwIfNoEntry: false })?.isDirectory() !== true) {
    throw new UsageError(`the directory ${presentable(directory)} does not exist`);
  }
  const named = host.io.env.TERRAFORM_BINARY_NAME ?? "";
  for (const binary of named === "" ? ["terraform", "tofu"] : [named]) {
    const text = await withProgress(
      `Reading outputs: ${presentable(binary)} output -json in ${presentable(directory)}`,
      host,
      () => run(binary, cwd, directory, host),
    );
    if (text !== undefined) return text;
  }
  throw new UsageError(
    named === ""
      ? "neither terraform nor tofu is on the PATH; name one with TERRAFORM_BINARY_NAME"
      : `TERRAFORM_BINARY_NAME names ${presentable(named)}, which is not on the PATH`,
  );
}

/** @returns undefined if there is no such binary */
function run(
  binary: string,
  cwd: string,
  directory: string,
  { io }: Host,
): Promise<string | undefined> {
  return new Promise((done, fail) => {
    const options = { cwd, env: io.env, maxBuffer: maxBytes };
    execFile(binary, ["output", "-json", "-no-color"], options, (error, stdout, stderr) => {
      if (error === null) done(stdout);
      else if (error.code === "ENOENT") done(undefined);
      else {
        const what = `${presentable(binary)} output -json failed in ${presentable(directory)}`;
        fail(new UsageError(`${what}: ${reasonOf(error, stderr)}`));
      }
    });
  });
}

/** The first error that Terraform reports, without the frame that it draws. */
function reasonOf(error: ExecFileException, stderr: string): string {
  const text = stderr.replace(/[│╷╵]/g, "").replace(/\s+/g, " ").trim();
  const [, first] = /Error: (.*)/.exec(text) ?? [];
  if (first !== undefined || text !== "") return presentable(first ?? text);
  return typeof error.code === "number"
    ? `it ended with exit code ${error.code}`
    : systemReason(error);
}
