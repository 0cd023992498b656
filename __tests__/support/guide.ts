import { spawnSync } from "node:child_process";
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { outputOf } from "../../sandbox/guarded-process";

const root = join(__dirname, "../..");

/** A fenced block of a document. */
export interface Block {
  readonly language: string;
  /** What follows the language, such as `file=irsa.yaml` or `needs a cluster`. */
  readonly info: string;
  readonly text: string;
  readonly line: number;
}

/** README.md, SECURITY.md and the guides: paths from the root of the project. */
export const guides = [
  "README.md",
  "SECURITY.md",
  ...readdirSync(join(root, "docs/guides")).map((name) => `docs/guides/${name}`),
];

/** The fenced blocks of a document, without the indentation of a list that they are in. */
export function readBlocks(path: string): Block[] {
  const markdown = readFileSync(join(root, path), "utf8");
  return [...markdown.matchAll(/^( *)```(\w+) ?(.*)\n([\s\S]*?)^\1```$/gm)].map(
    ({ 1: indent = "", 2: language = "", 3: info = "", 4: text = "", index }) => ({
      language,
      info,
      text: text.replaceAll(new RegExp(`^${indent}`, "gm"), ""),
      line: markdown.slice(0, index).split("\n").length,
    }),
  );
}

/**
 * A fresh directory that stands for a checkout after `npm ci`: every entry of the project, linked, and
 * public keys of the names that guides use.
 */
export function createCheckout(): { readonly directory: string; remove(): void } {
  const directory = mkdtempSync(join(tmpdir(), "irsa-guide-"));
  for (const entry of readdirSync(root)) {
    if (entry === ".git" || entry === "cdktf.out" || entry === "irsa.yaml") continue;
    symlinkSync(join(root, entry), join(directory, entry));
  }
  return {
    directory,
    remove: () => {
      rmSync(directory, { recursive: true });
    },
  };
}

/**
 * Runs the blocks of a document as one shell session: writes those with `file=PATH`, runs those in `sh`,
 * and runs those in `ts` with the package's name standing for the project. Of blocks that need something
 * (`needs …`), those that `given` names run; of all others the syntax is checked.
 *
 * @param given such as "AWS"
 * @throws {Error} a block failed: which one, and what it printed
 */
export async function runBlocks(
  path: string,
  blocks: readonly Block[],
  directory: string,
  { given, env = process.env }: { readonly given?: string; readonly env?: NodeJS.ProcessEnv } = {},
): Promise<void> {
  const runs = ({ info }: Block) => !info.startsWith("needs") || info === `needs ${given ?? ""}`;
  const steps = blocks.flatMap((block) => {
    const file = /^file=(\S+)$/.exec(block.info)?.[1];
    if (file !== undefined) return [mark(path, block), write(join(directory, file), block.text)];
    if (!runs(block)) return [];
    if (block.language === "sh") return [mark(path, block), block.text];
    if (block.language !== "ts") return [];
    const program = join(directory, `${basename(path, ".md")}-${block.line}.ts`);
    return [mark(path, block), write(program, block.text), `node --import tsx ${program}\n`];
  });
  const script = `set -euo pipefail\n${steps.join("")}`;
  for (const block of blocks.filter(({ language }) => language === "sh")) {
    const { status, stderr } = spawnSync("bash", ["-n"], { input: block.text, encoding: "utf8" });
    if (status !== 0) throw new Error(`${path}:${block.line} is no shell: ${stderr}`);
  }
  const session = {
    cwd: directory,
    env: {
      ...env,
      PATH: `${shims(directory)}:${env.PATH ?? ""}`,
      TSX_TSCONFIG_PATH: tsconfig(directory),
      CHECKPOINT_DISABLE: "1",
    },
  };
  await outputOf(["bash", "-c", script], session).catch((error: unknown) => {
    const [, report = ""] = /([^]{0,4000})$/.exec((error as Error).message) ?? [];
    throw new Error(report);
  });
}

const marker = "running block ";
const mark = (path: string, { line }: Block) => `echo "${marker}${path}:${line}" >&2\n`;
const write = (file: string, text: string) =>
  `mkdir -p "$(dirname "${file}")"\ncat > "${file}" <<'END_OF_BLOCK'\n${text}END_OF_BLOCK\n`;

/**
 * Stands for programs that a document names: `npm ci` and `npm test` are what runs this test, and
 * `npx self-hosted-irsa` runs the command that is built here. How npx finds it is shown with the package.
 */
function shims(directory: string): string {
  const bin = join(directory, ".bin");
  mkdirSync(bin, { recursive: true });
  const shim = (name: string, cases: string) => {
    const real = `PATH=$(echo "$PATH" | sed "s#^[^:]*:##") exec ${name} "$@"`;
    writeFileSync(join(bin, name), `#!/bin/sh\ncase "$1" in ${cases} esac\n${real}\n`, {
      mode: 0o755,
    });
  };
  shim("npm", "ci | test) exit 0 ;;");
  shim("npx", `self-hosted-irsa) shift; exec node "${join(root, "cli/bin.cjs")}" "$@" ;;`);
  return bin;
}

function tsconfig(directory: string): string {
  const path = join(directory, "tsconfig.guide.json");
  const paths = {
    "self-hosted-irsa": ["./index.ts"],
    "self-hosted-irsa/*": ["./modules/*/index.ts"],
  };
  writeFileSync(path, JSON.stringify({ extends: "./tsconfig.json", compilerOptions: { paths } }));
  return path;
}
