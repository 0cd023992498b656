// Bundles what Terraform runs at apply to one readable file, and the command line to another.
import { build } from "esbuild";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const { name, dependencies, peerDependencies } = JSON.parse(
  readFileSync(new URL("../package.json", import.meta.url), "utf8"),
);

// Runs before anything else of the program, on any Node: hence the old syntax.
const requireNode20 = `if (parseInt(process.versions.node, 10) < 20) {
  process.stderr.write("ERR_NODE_VERSION: Node 20 or later is needed, this is " + process.versions.node + "\\n");
  process.exit(1);
}`;

await build({
  absWorkingDir: root,
  entryPoints: ["programs/jwks.ts"],
  outfile: "dist/programs/jwks.cjs",
  bundle: true,
  platform: "node",
  format: "cjs",
  target: "node12",
  charset: "utf8",
  banner: {
    js: `// Terraform runs this file at apply: public keys in, JWKS out. Built from programs/jwks.ts of
// self-hosted-irsa (Apache-2.0), with jose (MIT) bundled in.
${requireNode20}`,
  },
  logLevel: "warning",
});

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
};

await build({
  ...commandLine,
  entryPoints: ["cli/irsa.ts"],
  outfile: "dist/cli/irsa.cjs",
  external: [...Object.keys(dependencies), name],
  plugins: [peersApart],
  banner: { js: requireNode20 },
});

await build({
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
