// Fails on the phrases that the glossary in CONTRIBUTING.md replaces: `node scripts/check-english.mjs [FILE…]`.
// Without files, checks the TypeScript and Markdown of the project.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const contributing = readFileSync(`${root}CONTRIBUTING.md`, "utf8");
const [glossary, rows] = /^\| write .*\| not .*\|\n\|[-| ]+\|\n((?:\|.*\|\n)+)/m.exec(contributing);

/** Each phrase, with what to write in its place; between two words there may be a new line of a comment. */
const phrases = rows
  .trim()
  .split("\n")
  .map((row) => row.split("|").map((cell) => cell.trim()))
  .flatMap(([, write, not]) =>
    [...not.matchAll(/`([^`]+)`/g)].map(([, phrase]) => ({
      phrase,
      write,
      pattern: new RegExp(`\\b${phrase.trim().split(" ").join("(?:\\s|\\*|//)+")}\\b`, "gi"),
    })),
  );

const files =
  process.argv.length > 2
    ? process.argv.slice(2)
    : execFileSync("git", ["ls-files", "*.ts", "*.md"], { cwd: root, encoding: "utf8" })
        .trim()
        .split("\n")
        .map((path) => root + path);

for (const file of files) {
  const text = readFileSync(file, "utf8").replace(glossary, (table) => table.replace(/[^\n]/g, ""));
  for (const { phrase, write, pattern } of phrases) {
    for (const { index } of text.matchAll(pattern)) {
      const line = text.slice(0, index).split("\n").length;
      console.error(`${file.replace(root, "")}:${line} says "${phrase}"; write: ${write}`);
      process.exitCode = 1;
    }
  }
}
