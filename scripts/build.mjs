// Bundles what Terraform runs at apply to one readable file, and the command line to another.
import { build } from "esbuild";
import { appendFileSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { formatNotices } from "./third-party-notices.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const { name, dependencies, peerDependencies } = JSON.parse(
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

/** What the package has as optional peers: the command line has its own copy, loaded on use. */
const peers = new Set();
const peersApart = {
  name: "peers-apart",
  setup({ onResolve, onLoad }) {
    onResolve(
      { filter: new RegExp(`^(${Object.keys(peerDependencies).join("|")})(/|$)`) },
      (args) => {
        peers.add(args.path);
        return { path: args.path, namespace: "peers" };
      },
    );
    onLoad({ filter: /.*/, namespace: "peers" }, ({ path }) => ({
      contents: `module.exports = require("./peers.cjs")[${JSON.stringify(path)}];`,
    }));
    onResolve({ filter: /^[.][/]peers[.]cjs$/ }, ({ path }) => ({ path, external: true }));
  },
};

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
};

const command = await build({
  ...commandLine,
  entryPoints: ["cli/irsa.ts"],
  outfile: "dist/cli/irsa.cjs",
  external: [...Object.keys(dependencies), name],
  plugins: [peersApart],
  banner: { js: requireNode20 },
});

const copies = await build({
  ...commandLine,
  stdin: {
    contents: `module.exports = {${[...peers]
      .sort()
      .map((path) => JSON.stringify(path))
      .map((path) => `get ${path}() { return require(${path}); },`)
      .join("\n")}};`,
    resolveDir: root,
  },
  outfile: "dist/cli/peers.cjs",
  legalComments: "linked",
});

const outputs = Object.assign(
  {},
  ...[program, command, copies].map(({ metafile }) => metafile.outputs),
);
writeFileSync(
  new URL("../dist/THIRD-PARTY-NOTICES", import.meta.url),
  `The files below dist/programs and dist/cli contain code of these packages.\n\n${formatNotices({ outputs }, root)}`,
);
