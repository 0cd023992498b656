import { statSync } from "node:fs";
import { basename, dirname, resolve } from "node:path";
import type { EditedFile } from "../../config/edit-cluster";
import type { Host } from "../io/host";
import { writeFiles } from "./write-files";

/**
 * Writes a file of the configuration with its change. One that its owner alone can read stays so.
 *
 * @returns the paths that were written
 * @throws {UsageError} it cannot be written; it is as it was
 */
export function writeEditedFile(host: Host, { file, text }: EditedFile): readonly string[] {
  const secret = (statSync(resolve(host.io.cwd, file)).mode & 0o077) === 0;
  return writeFiles(host, dirname(file), { [basename(file)]: { text, secret } }, { force: true });
}
