import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/**
 * Makes a fresh directory below that of the run (`E2E_DIRECTORY`), else below the system's temporary
 * directory.
 *
 * @param name what the directory's own name begins with
 */
export function temporaryDirectory(name: string): string {
  return mkdtempSync(join(process.env.E2E_DIRECTORY ?? realpathSync(tmpdir()), `${name}-`));
}

/** Makes the directory below which all others of this run are made, by libraries and child processes too. */
export function openRunDirectory(): void {
  process.env.E2E_DIRECTORY = temporaryDirectory("irsa-run");
  process.env.TMPDIR = process.env.E2E_DIRECTORY;
}

/** Removes the directory of the run with all others, unless `E2E_KEEP` is set. */
export function removeRunDirectory(): void {
  const { E2E_DIRECTORY, E2E_KEEP } = process.env;
  if (E2E_DIRECTORY && !E2E_KEEP) {
    rmSync(E2E_DIRECTORY, { recursive: true, force: true, maxRetries: 5 });
  }
}
