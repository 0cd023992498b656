import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";

const golden = join(__dirname, "..", "golden");

/**
 * Compares a directory with `__tests__/golden/NAME`, file by file and to the byte. With
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
 * Compares a string with the file `__tests__/golden/NAME`, to the byte. With `UPDATE_GOLDEN` set, writes
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

/**
 * Compares the stacks of an output directory with `DIRECTORY/STACK/cdk.tf.json`: Terraform's arguments
 * alone, without what CDKTF writes for itself. The program beside a stack is the one that is built. With
 * `UPDATE_GOLDEN` set, rewrites the directory instead.
 *
 * @param outdir laid out as `cdktf.out`
 * @param directory absolute
 */
export function expectStacks(outdir: string, directory: string): void {
  const actual: Record<string, string> = {};
  const files = contents(join(outdir, "stacks"));
  for (const [path, text] of Object.entries(files)) {
    if (basename(path) === "cdk.tf.json") {
      actual[path] = withoutMetadata(text);
      for (const [, asset = ""] of text.matchAll(/\$\{path\.module\}\/(assets[^"]+)/g)) {
        expect(files).toHaveProperty([join(dirname(path), asset)]);
      }
    } else expect([path, text]).toEqual([expect.stringMatching(/\/jwks\.cjs$/), program()]);
  }
  if (process.env.UPDATE_GOLDEN !== undefined) {
    rmSync(directory, { recursive: true, force: true });
    for (const [path, text] of Object.entries(actual)) {
      mkdirSync(dirname(join(directory, path)), { recursive: true });
      writeFileSync(join(directory, path), text);
    }
  }
  expect(actual).toEqual(contents(directory));
}

const program = () => readFileSync(join(__dirname, "../../dist/programs/jwks.cjs"), "utf8");

/** A `cdk.tf.json` without CDKTF's metadata, and without the hash of the program's bytes. */
function withoutMetadata(json: string): string {
  const text = JSON.stringify(
    JSON.parse(json, (key, value: unknown) => (key === "//" ? undefined : value)),
    null,
    2,
  );
  return `${text.replace(/(assets\/irsa_jwks_program_[0-9A-F]+\/)[0-9A-F]{32}/g, "$1HASH")}\n`;
}
