import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** What was reviewed. Golden files are read as diffs; `GOLDEN=write` rewrites them. */
export function golden(name: string, actual: unknown): unknown {
  const file = join(__dirname, "../../golden/roles", `${name}.json`);
  if (process.env.GOLDEN === "write") {
    writeFileSync(file, `${JSON.stringify(actual, undefined, 2)}\n`);
  }
  return JSON.parse(readFileSync(file, "utf8"));
}
