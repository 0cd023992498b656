// What may import what, read from the table of folders in CONTRIBUTING.md. `npm run lint` checks it.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

const escape = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

/** What the path of a module of a folder, file or npm package of the table matches. */
function patternOf(name) {
  if (name.endsWith("/")) return `^${escape(name)}`;
  if (name.endsWith(".ts")) return `^${escape(name)}$`;
  return `(^|node_modules/)${escape(name)}(/|$)`;
}

/** The rows of the table: a folder, and what its column "may import" lists. */
function readFolders() {
  const markdown = readFileSync(join(import.meta.dirname, "CONTRIBUTING.md"), "utf8");
  const [, rows] = /^\| folder .*\| may import +\|\n\|[-| ]+\|\n((?:\|.*\|\n)+)/m.exec(markdown);
  return rows
    .trim()
    .split("\n")
    .map((row) => row.split("|").map((cell) => cell.trim()))
    .map(([, folder, , mayImport]) => ({
      folder: folder.replaceAll("`", ""),
      mayImport: [...mayImport.matchAll(/`([^`]+)`/g)].map(([, name]) => name),
      mayImportEverything: mayImport === "everything",
    }));
}

const folders = readFolders();
const foldersWithIndex = ["modules", "config", "cli", "stacks"]
  .filter((top) => existsSync(top))
  .flatMap((top) =>
    readdirSync(top, { recursive: true, encoding: "utf8" })
      .filter((path) => /(^|\/)index\.ts$/.test(path))
      .map((path) => `${dirname(join(top, path))}/`),
  );

export default {
  forbidden: [
    ...folders
      .filter(({ mayImportEverything }) => !mayImportEverything)
      .map(({ folder, mayImport }) => ({
        name: folder,
        comment: `${folder} may import only ${mayImport.join(", ")}: see the table in CONTRIBUTING.md.`,
        severity: "error",
        from: { path: patternOf(folder) },
        to: {
          pathNot: [folder, ...mayImport].map(patternOf),
          dependencyTypesNot: ["core"],
        },
      })),
    ...foldersWithIndex.map((folder) => ({
      name: `${folder}index.ts`,
      comment: "A folder with an index.ts is entered through it.",
      severity: "error",
      from: { pathNot: [patternOf(folder), "^__tests__/"] },
      to: { path: patternOf(folder), pathNot: patternOf(`${folder}index.ts`) },
    })),
    {
      name: "listed",
      comment: "Every folder has a row in the table in CONTRIBUTING.md.",
      severity: "error",
      from: { pathNot: folders.map(({ folder }) => patternOf(folder)) },
      to: {},
    },
    { name: "no-circular", severity: "error", from: {}, to: { circular: true } },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    exclude: { path: ["^dist/", "^cdktf.out/", "^terraform/", "^coverage/", "^[^/]+\\.[mc]?js$"] },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
  },
};
