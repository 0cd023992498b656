import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";

const root = join(__dirname, "../..");

/** What `npm pack` says that it made. */
export interface Tarball {
  readonly filename: string;
  readonly files: readonly { readonly path: string }[];
}

/** Runs a program to its end, without input. */
export function run(cwd: string, command: string, ...argv: readonly string[]): string {
  return execFileSync(command, argv, { cwd, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
}

/** The working tree as a repository, without what Git ignores. */
function makeRepository(workspace: string): string {
  const repository = join(workspace, "repository");
  const files = run(root, "git", "ls-files", "--cached", "--others", "--exclude-standard");
  for (const file of new Set(files.split("\n"))) {
    if (file === "" || file.startsWith("__tests__/")) continue;
    mkdirSync(dirname(join(repository, file)), { recursive: true });
    cpSync(join(root, file), join(repository, file));
  }
  run(repository, "git", "init", "--quiet");
  run(repository, "git", "add", "--all");
  const identity = ["-c", "user.name=test", "-c", "user.email=test@example.org"];
  run(repository, "git", ...identity, "commit", "--quiet", "--message", "A release");
  return repository;
}

/**
 * What npm does with a Git URL: it clones, runs `prepare` and packs; and what a release packs.
 *
 * @param workspace an empty directory: for the tarball, the directory `repository`, and its clone `clone`
 */
export function pack(workspace: string): Tarball {
  const clone = join(workspace, "clone");
  run(workspace, "git", "clone", "--quiet", `file://${makeRepository(workspace)}`, clone);
  symlinkSync(join(root, "node_modules"), join(clone, "node_modules"));
  const printed = run(clone, "npm", "pack", "--json", "--silent", "--pack-destination", workspace);
  const [tarball] = JSON.parse(printed.slice(printed.indexOf("["))) as Tarball[];
  if (tarball === undefined) throw new Error("npm pack made nothing");
  return tarball;
}
