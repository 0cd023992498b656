import { lstatSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { UsageError } from "../errors";

/** A file to write. */
export interface OutputFile {
  readonly text: string;
  /**
   * Whether only its owner may read it.
   * @default false
   */
  readonly secret?: boolean;
}

/**
 * Writes files below a directory: each is whole or not there, and takes the place of an older one.
 *
 * @param files relative paths and what they hold
 * @returns the paths, in their order
 */
export function writeFiles(
  directory: string,
  files: Readonly<Record<string, OutputFile>>,
): string[] {
  return Object.entries(files).map(([name, { text, secret = false }]) => {
    const path = join(directory, name);
    const unfinished = `${path}.${process.pid}.tmp`;
    try {
      mkdirSync(dirname(path), { recursive: true });
      assertReplaceable(path);
      writeFileSync(unfinished, text, { mode: secret ? 0o600 : 0o644, flag: "wx" });
      renameSync(unfinished, path);
    } catch (error) {
      discard(unfinished);
      if (error instanceof UsageError) throw error;
      throw new UsageError(`${path} cannot be written: ${(error as NodeJS.ErrnoException).code}`);
    }
    return path;
  });
}

/** A device or a pipe must not make way for a file, nor a link, and a directory cannot. */
function assertReplaceable(path: string): void {
  if (lstatSync(path, { throwIfNoEntry: false })?.isFile() === false) {
    throw new UsageError(`${path} cannot be written: it is no regular file`);
  }
}

function discard(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // There was no place for it in the first place.
  }
}

/**
 * Reads a file that the user names, or standard input for `-`.
 *
 * @throws {UsageError} it cannot be read
 */
export function readInput(name: string): string {
  try {
    return readFileSync(name === "-" ? 0 : name, "utf8");
  } catch (error) {
    const what = name === "-" ? "standard input" : name;
    throw new UsageError(`${what} cannot be read: ${(error as NodeJS.ErrnoException).code}`);
  }
}
