import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

const golden = join(__dirname, "..", "golden");

/**
 * Holds a directory against `__tests__/golden/NAME`, file by file and to the byte. With
 * `UPDATE_GOLDEN` set, rewrites the golden directory instead (`npm run golden`).
 */
export function expectGolden(actual: string, name: string): void {
  const expected = join(golden, name);
  if (process.env.UPDATE_GOLDEN !== undefined) {
    rmSync(expected, { recursive: true, force: true });
    cpSync(actual, expected, { recursive: true });
  }
  expect(contents(actual)).toEqual(contents(expected));
}

/**
 * Holds a text against the file `__tests__/golden/NAME`, to the byte. With `UPDATE_GOLDEN` set, writes
 * the file instead.
 */
export function expectGoldenFile(actual: string, name: string): void {
  const expected = join(golden, name);
  if (process.env.UPDATE_GOLDEN !== undefined) {
    mkdirSync(dirname(expected), { recursive: true });
    writeFileSync(expected, actual);
  }
  expect(actual).toBe(readFileSync(expected, "utf8"));
}

/** The files below a directory: their relative paths and text. */
export function contents(directory: string): Record<string, string> {
  return Object.fromEntries(
    readdirSync(directory, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .sort()
      .map((path) => [path.slice(directory.length + 1), readFileSync(path, "utf8")]),
  );
}
