import { constants } from "node:fs";
import { type FileHandle, open, stat } from "node:fs/promises";
import { resolve } from "node:path";
import type { Readable } from "node:stream";
import type { Host } from "./host";
import { presentable } from "./presentable";
import { systemReason } from "./system-errors";
import { UsageError } from "./usage-error";

/** Far above the outputs of a stack with 1,000 roles. */
const maxBytes = 16 * 1024 * 1024;

/** How messages name an input. */
export function inputName(name: string): string {
  return name === "-" ? "standard input" : presentable(name);
}

/**
 * Reads what the user names: a regular file, a pipe that the shell has opened (`<(…)`), or
 * standard input for `-`.
 *
 * @returns UTF-8, without a byte-order mark
 * @throws {UsageError} it cannot be read, is another kind of file, or is larger than 16 MiB
 */
export async function readText(name: string, { io }: Host): Promise<string> {
  try {
    return await (name === "-" ? readStream(io.stdin) : readFile(resolve(io.cwd, name)));
  } catch (error) {
    const reason = error instanceof UsageError ? error.message : systemReason(error);
    throw new UsageError(`${inputName(name)} cannot be read: ${reason}`);
  }
}

async function readFile(path: string): Promise<string> {
  const isShellPipe = /^\/(dev|proc\/self)\/fd\/\d+$/.test(path) && (await stat(path)).isFIFO();
  // A device or a pipe without a writer would block otherwise.
  const flags = isShellPipe ? constants.O_RDONLY : constants.O_RDONLY | constants.O_NONBLOCK;
  const file = await open(path, flags);
  try {
    const status = await file.stat();
    if (status.isDirectory()) throw new UsageError("it is a directory");
    if (!status.isFile() && !isShellPipe) throw new UsageError("it is not a regular file");
    return await decode(chunks(file));
  } finally {
    await file.close();
  }
}

async function* chunks(file: FileHandle): AsyncGenerator<Uint8Array> {
  for (;;) {
    const { bytesRead, buffer } = await file.read({ buffer: Buffer.alloc(65_536) });
    if (bytesRead === 0) return;
    yield buffer.subarray(0, bytesRead);
  }
}

function readStream(stream: Readable): Promise<string> {
  return decode(stream as AsyncIterable<Uint8Array>);
}

async function decode(source: AsyncIterable<Uint8Array>): Promise<string> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of source) {
    size += part.length;
    if (size > maxBytes) throw new UsageError("it is larger than 16 MiB");
    parts.push(Buffer.from(part));
  }
  return new TextDecoder().decode(Buffer.concat(parts));
}
