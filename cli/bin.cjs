#!/usr/bin/env node
// Starts the command line that `npm run build` bundles. In the syntax of any Node, to refuse old ones.
"use strict";

var bundle = require("path").join(__dirname, "..", "dist", "cli", "irsa.cjs");
var version = process.versions.node;

if (parseInt(version, 10) < 20) {
  process.stderr.write("ERR_NODE_VERSION: Node 20 or later is needed, this is " + version + "\n");
  process.exitCode = 1;
} else if (require("fs").existsSync(bundle)) {
  require(bundle);
} else {
  process.stderr.write("irsa is not built yet: run `npm run build`\n");
  process.exitCode = 1;
}
