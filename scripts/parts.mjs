// Which file of dist/cli contains what. Each is read when something of it is used.
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));

/** Packages that no user installs: what the command and the constructs need has a copy of them. */
const vendored = ["@bomb.sh/tab", "@clack/prompts", "fastest-levenshtein", "jose", "yaml", "zod"];

/**
 * The file that contains a package's module.
 *
 * @param path as an import names it
 * @returns undefined if there is none
 */
export function fileOfPackage(path) {
  if (/^(cdktf|constructs)(\/|$)/.test(path)) return "cdktf.cjs";
  if (path.startsWith("@peculiar/")) return "certificates.cjs";
  // A resource each: most stacks have few of them.
  const [, provider, resource] = /^@cdktf\/(provider-\w+)\/lib\/([\w-]+)$/.exec(path) ?? [];
  if (provider !== undefined) return `${provider}-${resource}.cjs`;
  const name = vendored.find((each) => path === each || path.startsWith(`${each}/`));
  return name && `${name.replace(/^.*\//, "")}.cjs`;
}

/**
 * The file that contains what a module imports, and how it is called there.
 *
 * @returns undefined if the file with the module contains it, too
 */
export function partOf({ path, resolveDir }) {
  const key = path.startsWith(".") ? `./${relative(root, join(resolveDir, path))}` : path;
  const [, folder] = /^\.\/(config|stacks|modules\/[^/]+)(?:\/|$)/.exec(key) ?? [];
  const file = folder === undefined ? fileOfPackage(key) : `${folder.replace("/", "-")}.cjs`;
  return file && { file, key };
}
