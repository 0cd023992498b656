import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const root = join(__dirname, "..");
const directory = mkdtempSync(join(tmpdir(), "irsa-markdown-"));
afterAll(() => {
  rmSync(directory, { recursive: true });
});

test.each([
  ["two headings of one text", "# A\n\n## B\n\n## B\n", /^ *5:1\S* .*unique headings/m],
  ["a table without its header", "# A\n\n| a |\n| `b` | c |\n", /^ *3:1\S* .*header row/m],
  [
    "a row with too many cells",
    "# A\n\n| a | b |\n| - | - |\n| 1 | 2 | 3 |\n",
    /^ *5:1\S* .*2 cells/m,
  ],
  ["a link to no file", "# A\n\n[b](missing.md)\n", /^ *3:1\S* .*missing\.md/m],
  ["a link to no heading", "# A\n\n[b](#missing)\n", /^ *3:1\S* .*missing/m],
  ["nothing", "# A\n\n[b](#a)\n\n| a | b |\n| - | - |\n| 1 | 2 |\n", undefined],
])("Markdown with %s is reported", (_fault, text, report) => {
  writeFileSync(join(directory, "page.md"), text);
  const { status, stderr } = spawnSync(
    "node",
    [
      join(root, "node_modules/remark-cli/cli.js"),
      "--rc-path",
      join(root, ".remarkrc.mjs"),
      "--no-color",
      "--frail",
      "--quiet",
      "page.md",
    ],
    { cwd: directory, encoding: "utf8" },
  );
  if (report === undefined) expect([status, stderr]).toEqual([0, ""]);
  else {
    expect(stderr).toMatch(report);
    expect(status).toBe(1);
  }
});
