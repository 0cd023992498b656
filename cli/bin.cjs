#!/usr/bin/env node
// Starts the command line that `npm run build` bundles. In the syntax of any Node: the bundle refuses old ones.
"use strict";

var bundle = require("path").join(__dirname, "..", "dist", "cli", "irsa.cjs");

if (require("fs").existsSync(bundle)) {
  require(bundle);
} else {
  process.stderr.write("irsa is not built yet: run `npm run build`\n");
  process.exitCode = 1;
}
