import { randomUUID } from "node:crypto";
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname, join, resolve } from "node:path";
import type { Host } from "../io/host";
import { presentable } from "../io/presentable";
import { systemReason } from "../io/system-errors";
import { UsageError } from "../io/usage-error";

/** A file to write. */
export interface OutputFile {
  readonly text: string;
  /**
   * Whether only its owner may read it.
   * @default false
   */
  readonly secret?: boolean;
}

/** What becomes of files that are there already. */
export interface WriteOptions {
  /**
   * Files with other content are replaced.
   * @default false
   */
  readonly force?: boolean;
}

interface Target extends OutputFile {
  /** As the user names it. */
  readonly name: string;
  readonly path: string;
  /** Beside the target, until it is complete. */
  readonly unfinished: string;
}

/**
 * Writes files below a directory: all of them or none, each complete.
 *
 * @param files relative paths and what they contain
 * @returns the paths, in their order
 * @throws {UsageError} a file cannot be written, or exists with other content and `force` is not set
 */
export function writeFiles(
  host: Host,
  directory: string,
  files: Readonly<Record<string, OutputFile>>,
  { force = false }: WriteOptions = {},
): string[] {
  const targets = Object.entries(files).map(([file, content]): Target => {
    const name = join(directory, file);
    const path = resolve(host.io.cwd, name);
    return { ...content, name, path, unfinished: `${path}.${randomUUID()}.tmp` };
  });
  const refusals = targets.flatMap((target) => refusal(target, force) ?? []);
  if (refusals.length > 0) throw new UsageError(refusals.join("\n"));
  // A secret may be there with another mode.
  const missing = targets.filter(
    (target) => target.secret === true || !attempt(target.name, () => isWritten(target)),
  );
  const made = missing.flatMap(({ path }) => missingDirectory(dirname(path)) ?? []);
  try {
    missing.forEach(writeUnfinished);
    missing.forEach(finish);
  } catch (error) {
    missing.forEach(({ unfinished }) => {
      rmSync(unfinished, { force: true });
    });
    made.forEach(removeEmpty);
    throw error;
  }
  return targets.map(({ name }) => name);
}

/** Why a file must not be written; nothing for one that may. */
function refusal(target: Target, force: boolean): string | undefined {
  const { name, path } = target;
  try {
    const status = lstatSync(path, { throwIfNoEntry: false });
    if (status === undefined) return undefined;
    // A device or a pipe must not make way for a file, nor a link, and a directory cannot.
    if (!status.isFile()) return `${presentable(name)} cannot be written: it is not a regular file`;
    return force || isWritten(target)
      ? undefined
      : `${presentable(name)} exists with other content; replace it with --force`;
  } catch (error) {
    return `${presentable(name)} cannot be written: ${systemReason(error)}`;
  }
}

/** Whether a file is there with this content: it is left alone then. */
function isWritten({ path, text }: Target): boolean {
  const status = lstatSync(path, { throwIfNoEntry: false });
  return status?.size === Buffer.byteLength(text) && readFileSync(path, "utf8") === text;
}

function writeUnfinished({ name, path, unfinished, text, secret = false }: Target): void {
  attempt(name, () => {
    makeDirectory(dirname(path));
    writeFileSync(unfinished, text, { mode: secret ? 0o600 : 0o644, flag: "wx" });
  });
}

function finish({ name, path, unfinished }: Target): void {
  attempt(name, () => {
    renameSync(unfinished, path);
  });
}

function attempt<Result>(name: string, call: () => Result): Result {
  try {
    return call();
  } catch (error) {
    throw new UsageError(`${presentable(name)} cannot be written: ${systemReason(error)}`);
  }
}

/** Step by step: where a step is refused as missing, as in /proc, `recursive` tries for ever. */
function makeDirectory(path: string): void {
  if (existsSync(path)) return;
  makeDirectory(dirname(path));
  try {
    mkdirSync(path);
  } catch (error) {
    // Another process may have made it in the meantime.
    if (!existsSync(path)) throw error;
  }
}

/** The uppermost directory of a path that is not there yet. */
function missingDirectory(path: string): string | undefined {
  if (existsSync(path)) return undefined;
  return missingDirectory(dirname(path)) ?? path;
}

function removeEmpty(directory: string): void {
  rmSync(directory, { recursive: true, force: true });
}
