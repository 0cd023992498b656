// Bundles what Terraform runs at apply to one readable file, and the command line to others, without white space
// except with --no-minify.
import { build } from "esbuild";
import { appendFileSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { partOf } from "./parts.mjs";
import { formatNotices } from "./third-party-notices.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const dist = new URL("../dist/", import.meta.url);
rmSync(new URL("cli", dist), { recursive: true, force: true });

// Runs before anything else of the program, on any Node: hence the old syntax.
const requireNode20 = `if (parseInt(process.versions.node, 10) < 20) {
  process.stderr.write("ERR_NODE_VERSION: Node 20 or later is needed, this is " + process.versions.node + "\\n");
  process.exit(1);
}`;

const program = await build({
  absWorkingDir: root,
  metafile: true,
  entryPoints: ["programs/jwks.ts"],
  outfile: "dist/programs/jwks.cjs",
  bundle: true,
  platform: "node",
  format: "cjs",
  target: "node12",
  charset: "utf8",
  banner: {
    js: `// Terraform runs this file at apply: public keys in, JWKS out. Built from programs/jwks.ts of
// self-hosted-irsa (Apache-2.0), with jose (MIT) bundled in: its notice is at the end.
${requireNode20}`,
  },
  logLevel: "warning",
});

// In the file itself: Terraform modules and stacks contain copies of it.
const notices = formatNotices(program.metafile, root).replaceAll("*/", "* /");
appendFileSync(new URL("programs/jwks.cjs", dist), `/*!\n${notices}*/\n`);

const minify = !process.argv.includes("--no-minify");

/** The parts of the command beside irsa.cjs, and the modules that others use of each. */
const parts = new Map([["jose.cjs", new Set(["jose"])]]);

/** Has a part use others: it reads their files when it first uses what it imports of them. */
const readingParts = (own) => ({
  name: "parts",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /.*/ }, (args) => {
      if (args.namespace === "part") return { path: args.path, external: true };
      // Found without a look at package.json.
      if (args.path === "self-hosted-irsa/programs/jwks")
        return { path: "../programs/jwks.cjs", external: true };
      const { file, key } = partOf(args) ?? {};
      if (file === undefined || file === own) return undefined;
      parts.set(file, (parts.get(file) ?? new Set()).add(key));
      const names = args.kind === "import-statement" ? namesOf(args) : undefined;
      const suffix = names && `?${names.join()}`;
      return { path: key, namespace: "part", suffix, pluginData: { file, names } };
    });
    onLoad({ filter: /.*/, namespace: "part" }, ({ path, pluginData: { file, names } }) => {
      const load = `require("./${file}")[${JSON.stringify(path)}]`;
      const getters = names?.map((name) => `get ${name}() { return load().${name}; }`).join(",\n");
      return {
        contents: names
          ? `let loaded;\nfunction load() { return (loaded ??= ${load}); }\nmodule.exports = {${getters}};`
          : `module.exports = ${load};`,
      };
    });
  },
});

/** What a module of the project imports by name from another. */
function namesOf({ path, importer }) {
  const from = `from "${path}"`;
  const statements = readFileSync(importer, "utf8").match(/^(import|export) [^;]*/gm) ?? [];
  const lists = statements
    .filter((statement) => statement.endsWith(from) && !/^\w+ type\b/.test(statement))
    .map((statement) => /^\w+ \{([^{}]*)\} from/.exec(statement)?.[1]);
  if (lists.length === 0 || lists.includes(undefined))
    throw new Error(`${importer} must import names ${from}`);
  const names = lists
    .join()
    .split(",")
    .map((each) => each.trim());
  return names
    .filter((name) => name !== "" && !name.startsWith("type "))
    .map((name) => name.replace(/ as .*/, ""));
}

/** What calls AWS: most commands do not. */
const aws = {
  name: "aws.cjs",
  setup({ onResolve }) {
    onResolve({ filter: /\/aws-clients\.ts$/ }, () => ({ path: "./aws.cjs", external: true }));
  },
};

const commandLine = {
  absWorkingDir: root,
  bundle: true,
  platform: "node",
  format: "cjs",
  target: "node20.19",
  charset: "utf8",
  logLevel: "warning",
  metafile: true,
  minifyWhitespace: minify,
  minifySyntax: minify,
};

/**
 * What is renamed. The project's own code is not, for stack traces, nor is CDKTF: names of its classes are in
 * addresses, and to keep them otherwise takes a tenth of the time of `irsa synth`.
 */
function renamed(file) {
  if (/^(irsa|config|stacks|modules-.*|cdktf)\.cjs$/.test(file)) return {};
  const readsNames = /^(jose|certificates)\.cjs$/.test(file);
  return { minifyIdentifiers: minify, keepNames: readsNames };
}

const buildCommand = () =>
  build({
    ...commandLine,
    entryPoints: ["cli/irsa.ts"],
    outfile: "dist/cli/irsa.cjs",
    plugins: [aws, readingParts("irsa.cjs")],
  });

const buildPart = (file, keys) =>
  build({
    ...commandLine,
    ...renamed(file),
    stdin: { contents: contentsOf(keys), resolveDir: root },
    outfile: `dist/cli/${file}`,
    plugins: [
      readingParts(file),
      englishAlone,
      neitherArchivesNorVersions,
      currentArrays,
      cheapResolution,
    ],
    legalComments: "linked",
  });

function contentsOf(keys) {
  const getters = [...keys].sort().map((key) => JSON.stringify(key));
  return `module.exports = {${getters.map((key) => `get ${key}() { return require(${key}); }`).join(",\n")}};`;
}

/** Of ECMAScript modules, what is not exported by name is left out: two thirds of the SDK's clients. */
const buildAws = () =>
  build({
    ...commandLine,
    entryPoints: ["cli/io/aws-clients.ts"],
    outfile: "dist/cli/aws.cjs",
    mainFields: ["module", "main"],
    // The SDK names its errors itself.
    minify,
    plugins: [versionAlone],
    legalComments: "linked",
  });

/** zod's messages are in English: nobody reads its other languages here. */
const englishAlone = {
  name: "english-alone",
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]zod[\\/]v4[\\/]locales[\\/]index\.cjs$/ }, () => ({
      contents: 'exports.en = require("./en.cjs");',
    }));
  },
};

/** Of their descriptions, packages of the SDK read their version alone. */
const versionAlone = {
  name: "version-alone",
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]@aws-sdk[\\/].*[\\/]package\.json$/ }, ({ path }) => {
      const { version } = JSON.parse(readFileSync(path, "utf8"));
      return { contents: JSON.stringify({ version }), loader: "json" };
    });
  },
};

/** CDKTF makes archives and runs Terraform for its version: no stack here has the one or does the other. */
const neitherArchivesNorVersions = {
  name: "neither-archives-nor-versions",
  setup({ onLoad }) {
    onLoad({ filter: /[\\/](archiver|semver)[\\/]index\.js$/ }, () => ({ contents: "" }));
  },
};

/** CDKTF calls util.isArray, of which Node warns from 22 on. */
const currentArrays = {
  name: "current-arrays",
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]cdktf[\\/]lib[\\/]terraform-output\.js$/ }, ({ path }) => ({
      contents: replaced(path, [["(0, util_2.isArray)(object)", "Array.isArray(object)"]]),
    }));
  },
};

/** Saves a third of CDKTF's time: what it copies and joins for each value that it resolves. */
const cheapResolution = {
  name: "cheap-resolution",
  setup({ onLoad }) {
    const joined = '"/" + prefix.join("/")';
    const replacements = [
      // Only errors contain it.
      [`= ${joined};`, `= { toString: () => ${joined} };`],
      // Member by member is faster than a spread; there are no others.
      [
        "...options,",
        "scope: options.scope, preparing: options.preparing, resolver: options.resolver,",
      ],
    ];
    onLoad(
      { filter: /[\\/]cdktf[\\/]lib[\\/]tokens[\\/]private[\\/]resolve\.js$/ },
      ({ path }) => ({
        contents: replaced(path, replacements),
      }),
    );
  },
};

/** The text of a file, in which each replacement has its place. */
function replaced(path, replacements) {
  return replacements.reduce(
    (text, [before, after]) => {
      if (!text.includes(before)) throw new Error(`${path} has no ${before}`);
      return text.replace(before, after);
    },
    readFileSync(path, "utf8"),
  );
}

/** Every part, until none uses more of another. */
async function buildParts() {
  const count = () => [...parts.values()].reduce((sum, keys) => sum + keys.size, 0);
  const before = count();
  const results = await Promise.all([...parts].map((part) => buildPart(...part)));
  return count() === before ? results : buildParts();
}

const copies = [await buildCommand(), await buildAws(), ...(await buildParts())];

const outputs = Object.assign({}, ...[program, ...copies].map(({ metafile }) => metafile.outputs));
writeFileSync(
  new URL("THIRD-PARTY-NOTICES", dist),
  `The files below dist/programs and dist/cli contain code of these packages.\n\n${formatNotices({ outputs }, root)}`,
);
