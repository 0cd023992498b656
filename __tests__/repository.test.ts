import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";

const root = join(__dirname, "..");

/** As git writes them, and as prettier makes Markdown of them. */
const conflictMarker = /^\s*(?:<{7} |>{7} |(?:> ){6}> |\\?={7}$)/m;

test.each(["a\n<<<<<<< HEAD\nb", "> > > > > > > 5abe69d (Say why)", "  \\=======\n", "=======\n"])(
  "%j is a conflict marker",
  (text) => {
    expect(text).toMatch(conflictMarker);
  },
);

test("no file has the marker of a conflict that nobody resolved", () => {
  const files = execFileSync("git", ["ls-files", "-z"], { cwd: root, encoding: "utf8" });
  const marked = files
    .split("\0")
    .filter((path) => path !== "" && path !== "__tests__/repository.test.ts")
    .filter((path) => conflictMarker.test(readFileSync(join(root, path), "utf8")));
  expect(marked).toEqual([]);
});
