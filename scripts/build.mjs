// Bundles what Terraform runs at apply to one readable file, and the command line to others. Code of other
// projects is minified, and the command line's own loses its white space, except with --no-minify.
import { build } from "esbuild";
import { appendFileSync, readFileSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { formatNotices } from "./third-party-notices.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const { peerDependencies } = JSON.parse(
  readFileSync(new URL("../package.json", import.meta.url), "utf8"),
);

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
appendFileSync(new URL("../dist/programs/jwks.cjs", import.meta.url), `/*!\n${notices}*/\n`);

/**
 * A bundle beside another, loaded when one of its modules is used.
 *
 * @param keyOf the path of an imported module from the root, if it belongs there
 * @param needed keys of what the command line itself does not import
 */
function bundleApart(file, keyOf, needed = []) {
  const keys = new Set(needed);
  const specifier = `./${file}`;
  const plugin = {
    name: file,
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /.*/ }, (args) => {
        if (args.path === specifier) return { path: args.path, external: true };
        const key = keyOf(args);
        if (key === undefined) return undefined;
        keys.add(key);
        return { path: key, namespace: file };
      });
      onLoad({ filter: /.*/, namespace: file }, ({ path }) => ({
        contents: `module.exports = require("${specifier}")[${JSON.stringify(path)}];`,
      }));
    },
  };
  const contents = () =>
    `module.exports = {${[...keys]
      .sort()
      .map((key) => JSON.stringify(key))
      .map((key) => `get ${key}() { return require(${key}); },`)
      .join("\n")}};`;
  return { plugin, contents };
}

const minify = !process.argv.includes("--no-minify");

/** What the package has as optional peers: the command line has its own copy. */
const peer = new RegExp(`^(${Object.keys(peerDependencies).join("|")})(/|$)`);
const peers = bundleApart("peers.cjs", ({ path }) => (peer.test(path) ? path : undefined));

/** What the constructs need besides, and the command line: no user installs it. */
const vendored = ["@bomb.sh/tab", "@clack/prompts", "fastest-levenshtein", "jose", "yaml", "zod"];
const vendoredPath = new RegExp(`^(${vendored.join("|")})(/|$)`);
const vendor = bundleApart(
  "vendor.cjs",
  ({ path }) => (vendoredPath.test(path) ? path : undefined),
  ["jose"],
);

/** What calls AWS: most commands do not. */
const aws = {
  name: "aws.cjs",
  setup({ onResolve }) {
    onResolve({ filter: /\/aws-clients\.ts$/ }, () => ({ path: "./aws.cjs", external: true }));
  },
};

/** What reads and writes certificates: only two commands need it. */
const certificates = bundleApart("certificates.cjs", ({ path }) =>
  path.startsWith("@peculiar/") ? path : undefined,
);

/** What commands do their work with: help needs nothing of it. */
const library = bundleApart("library.cjs", ({ path, importer, resolveDir }) => {
  if (!path.startsWith(".") || !importer.startsWith(join(root, "cli/"))) return undefined;
  const key = relative(root, join(resolveDir, path));
  return /^(config|modules|stacks)\//.test(key) ? `./${key}` : undefined;
});

const commandLine = {
  absWorkingDir: root,
  bundle: true,
  platform: "node",
  format: "cjs",
  // The check of the version must be read by the Node that it refuses.
  target: "node12",
  supported: { "dynamic-import": true },
  charset: "utf8",
  logLevel: "warning",
  metafile: true,
  minifyWhitespace: minify,
};

const command = await build({
  ...commandLine,
  entryPoints: ["cli/irsa.ts"],
  outfile: "dist/cli/irsa.cjs",
  plugins: [peers.plugin, vendor.plugin, aws, certificates.plugin, library.plugin],
  banner: { js: requireNode20 },
});

const work = await build({
  ...commandLine,
  stdin: { contents: library.contents(), resolveDir: root },
  outfile: "dist/cli/library.cjs",
  plugins: [peers.plugin, vendor.plugin],
});

/** Code of others: loaded after the check of the version, hence for the oldest Node that passes it. */
const copyOf = (source, outfile) =>
  build({
    ...commandLine,
    outfile,
    target: "node20.19",
    minify,
    keepNames: true,
    ...source,
    plugins: [englishAlone, versionAlone, withoutArchives, currentArrays],
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

/** All that a bundle's modules export, as they are imported by name somewhere. */
const whole = (bundle) => ({ stdin: { contents: bundle.contents(), resolveDir: root } });

/** What is exported by name alone: of ECMAScript modules the rest is left out, two thirds of the SDK's clients. */
const usedParts = (entryPoint) => ({
  entryPoints: [entryPoint],
  mainFields: ["module", "main"],
  // The SDK names its errors itself.
  keepNames: false,
});

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

/** CDKTF makes archives with its own file in another process, which no bundle can: no stack here has one. */
const withoutArchives = {
  name: "without-archives",
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]archiver[\\/]index\.js$/ }, () => ({ contents: "" }));
  },
};

/** CDKTF calls util.isArray, of which Node warns from 22 on. */
const currentArrays = {
  name: "current-arrays",
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]cdktf[\\/]lib[\\/]terraform-output\.js$/ }, ({ path }) => {
      const deprecated = "(0, util_2.isArray)(object)";
      const text = readFileSync(path, "utf8");
      if (!text.includes(deprecated)) throw new Error(`${path} has no ${deprecated}`);
      return { contents: text.replace(deprecated, "Array.isArray(object)") };
    });
  },
};

const copies = await Promise.all([
  copyOf(whole(peers), "dist/cli/peers.cjs"),
  copyOf(whole(vendor), "dist/cli/vendor.cjs"),
  copyOf(usedParts("cli/io/aws-clients.ts"), "dist/cli/aws.cjs"),
  copyOf(whole(certificates), "dist/cli/certificates.cjs"),
]);

const outputs = Object.assign(
  {},
  ...[program, command, work, ...copies].map(({ metafile }) => metafile.outputs),
);
writeFileSync(
  new URL("../dist/THIRD-PARTY-NOTICES", import.meta.url),
  `The files below dist/programs and dist/cli contain code of these packages.\n\n${formatNotices({ outputs }, root)}`,
);
