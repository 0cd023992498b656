import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const directory = mkdtempSync(join(tmpdir(), "irsa-english-"));
afterAll(() => {
  rmSync(directory, { recursive: true });
});

/** What the check reports for a file with the text. */
function check(text: string): {
  readonly lines: readonly string[];
  readonly status: number | null;
} {
  const file = join(directory, "file.ts");
  writeFileSync(file, text);
  const { stderr, status } = spawnSync(
    "node",
    [join(__dirname, "../scripts/check-english.mjs"), file],
    { encoding: "utf8" },
  );
  return { lines: stderr.split("\n").filter((line) => line !== ""), status };
}

// In two parts, so that this file passes the check itself.
const phrase = ["is no", "known"].join(" ");

test("a phrase of the glossary is reported at its line, with what to write", () => {
  expect(check(`const a = 1;\nconst b = "'x' ${phrase} property";\n`)).toEqual({
    lines: [`${directory}/file.ts:2 says "${phrase}"; write: unknown property`],
    status: 1,
  });
});

test("so is one that a comment wraps, or that begins a sentence", () => {
  expect(check(`/**\n * x ${phrase.replace("no ", "no\n * ")} one\n */\n`).lines).toHaveLength(1);
  expect(check(["// But", "for one.\n"].join(" ")).lines).toHaveLength(1);
});

test("other sentences pass", () => {
  expect(check("// The unknown property of a context, but forever.\n")).toEqual({
    lines: [],
    status: 0,
  });
});
