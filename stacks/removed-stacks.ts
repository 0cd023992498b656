import { readdirSync } from "node:fs";
import { join } from "node:path";

/**
 * Says which directories are left of stacks that the configuration no longer has: what they made still
 * exists.
 *
 * @param outdir the output directory; it may be missing
 * @param stacks the names of the configuration's stacks
 * @returns one sentence for each directory
 */
export function reportRemovedStacks(outdir: string, stacks: readonly string[]): string[] {
  return namesIn(join(outdir, "stacks"))
    .filter((name) => !stacks.includes(name))
    .map((name) => join(outdir, "stacks", name))
    .map(
      (directory) =>
        `${directory} belongs to no stack of the configuration: run terraform destroy there, or move its state, before you delete it`,
    );
}

function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name)
      .sort();
  } catch {
    return [];
  }
}
