import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

const root = join(__dirname, "../../golden/cluster");

/**
 * Compares a text with `__tests__/golden/cluster/NAME`, to the byte; `UPDATE_GOLDEN=1` writes the
 * file instead.
 */
export function expectGolden(name: string, text: string): void {
  const file = join(root, name);
  if (process.env.UPDATE_GOLDEN === "1") {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  expect(existsSync(file) ? readFileSync(file, "utf8") : "no golden file; UPDATE_GOLDEN=1").toBe(
    text,
  );
}
