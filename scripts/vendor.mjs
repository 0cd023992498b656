// Has the compiled library load other packages from dist/cli: its users install only its peers. Leaves
// out comments, a fifth of it: editors show those of the declarations.
import { transformSync } from "esbuild";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { fileOfPackage } from "./parts.mjs";

const dist = fileURLToPath(new URL("../dist", import.meta.url));
const { peerDependencies } = JSON.parse(
  readFileSync(new URL("../package.json", import.meta.url), "utf8"),
);
const peers = Object.keys(peerDependencies);
const isPeer = (name) => peers.some((peer) => name === peer || name.startsWith(`${peer}/`));
const require = createRequire(import.meta.url);

/** The module of another package, as an expression. */
function load(name, file) {
  const bundle = join(dist, "cli", fileOfPackage(name) ?? "");
  const isBundled = bundle.endsWith(".cjs") && Object.hasOwn(require(bundle), name);
  if (!isBundled) throw new Error(`${file} needs ${name}, which is not bundled`);
  const path = relative(dirname(file), bundle).replaceAll("\\", "/");
  return `require(${JSON.stringify(path)})[${JSON.stringify(name)}]`;
}

/** What esbuild prints: it keeps comments within expressions and before members of classes. */
function withoutComments(text) {
  return transformSync(text, { charset: "utf8" }).code;
}

for (const entry of ["index.js", "modules", "stacks"]) {
  const path = join(dist, entry);
  const files = entry.endsWith(".js")
    ? [path]
    : readdirSync(path, { recursive: true })
        .filter((name) => name.endsWith(".js"))
        .map((name) => join(path, name));
  for (const file of files) {
    const text = readFileSync(file, "utf8");
    const loaded = text.replaceAll(
      /\b(require|import)\("((?![./]|node:)[^"]+)"\)/g,
      (whole, call, name) => {
        if (isPeer(name)) return whole;
        const module = load(name, file);
        return call === "require" ? module : `Promise.resolve().then(() => ${module})`;
      },
    );
    writeFileSync(file, withoutComments(loaded));
  }
}
