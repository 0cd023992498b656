import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";

const root = join(__dirname, "../..");

// In a process of its own: prettier is a module that Jest does not load.
test("docs/reference/cli.md is what `npm run reference` writes", () => {
  const script =
    'require("./scripts/cli-reference.ts").cliReference().then((text) => process.stdout.write(text))';
  const { stdout, stderr } = spawnSync("node", ["--import", "tsx", "-e", script], {
    cwd: root,
    encoding: "utf8",
  });
  expect(stderr).toBe("");
  expect(stdout).toBe(readFileSync(join(root, "docs/reference/cli.md"), "utf8"));
});
