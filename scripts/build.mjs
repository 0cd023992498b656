// Bundles what Terraform runs at apply to one readable file, and the command line to another.
import { build } from "esbuild";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));

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

await build({
  absWorkingDir: root,
  entryPoints: ["cli/irsa.ts"],
  outfile: "dist/cli/irsa.cjs",
  bundle: true,
  packages: "external",
  platform: "node",
  format: "cjs",
  // The check of the version must be read by the Node that it refuses.
  target: "node12",
  supported: { "dynamic-import": true },
  charset: "utf8",
  banner: { js: requireNode20 },
  logLevel: "warning",
});
