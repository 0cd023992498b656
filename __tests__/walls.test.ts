import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

const root = join(__dirname, "..");
const directory = mkdtempSync(join(tmpdir(), "irsa-walls-"));
afterAll(() => {
  rmSync(directory, { recursive: true });
});

/** A tree with walls like those of the project; each file with an import that one of them forbids, or none. */
const tree: Readonly<Record<string, { readonly text: string; readonly breaks?: string }>> = {
  "modules/documents/index.ts": {
    text: 'export const a = 1;\nexport { compactVerify } from "jose";',
  },
  "modules/documents/key-id.ts": { text: 'import "cdktf";', breaks: "modules/documents/" },
  "modules/validation/token.ts": { text: 'export { Token } from "cdktf/lib/tokens";' },
  "modules/validation/app.ts": {
    text: 'export { App } from "cdktf";',
    breaks: "modules/validation/",
  },
  "modules/trust/decide.ts": {
    text: 'import type { Construct } from "constructs";\nexport type A = Construct;',
    breaks: "modules/trust/",
  },
  "modules/cluster/k3s.ts": { text: 'import "../issuer";', breaks: "modules/cluster/" },
  "modules/issuer/index.ts": { text: 'export * from "./names";' },
  "modules/issuer/names.ts": { text: 'import "../documents";' },
  "config/load.ts": { text: 'import "../modules/issuer";' },
  "config/checks.ts": {
    text: 'import "../modules/issuer/names";',
    breaks: "modules/issuer/index.ts",
  },
  "stacks/loop.ts": { text: 'import "./pool";', breaks: "no-circular" },
  "stacks/pool.ts": { text: 'import "./loop";' },
  "helpers/new.ts": { text: 'import "../config/load";', breaks: "listed" },
};

test("an import across a wall fails, and no other does", () => {
  for (const [path, { text }] of Object.entries(tree)) {
    mkdirSync(dirname(join(directory, path)), { recursive: true });
    writeFileSync(join(directory, path), `${text}\n`);
  }
  cpSync(join(root, "tsconfig.json"), join(directory, "tsconfig.json"));
  symlinkSync(join(root, "node_modules"), join(directory, "node_modules"));
  const { stdout, status } = spawnSync(
    "node",
    [
      join(root, "node_modules/dependency-cruiser/bin/dependency-cruise.mjs"),
      "--config",
      join(root, ".dependency-cruiser.mjs"),
      ".",
    ],
    { cwd: directory, encoding: "utf8" },
  );
  const reported = [...stdout.matchAll(/^ {2}error (\S+): (\S+) /gm)];
  expect(reported.map(([, rule, from]) => [from, rule]).sort()).toEqual(
    Object.entries(tree)
      .filter(([, { breaks }]) => breaks !== undefined)
      .map(([path, { breaks }]) => [path, breaks])
      .sort(),
  );
  expect(status).toBeGreaterThan(0);
});
