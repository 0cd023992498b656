// Preloaded by Node: what asks for CDKTF gets CDK Terrain, as an alias in package.json has it.
const Module = require("node:module");
const { join } = require("node:path");

const installed = join(process.env.CDK_TERRAIN, "node_modules");
const aliases = { cdktf: "cdktn", constructs: "constructs" };
const resolve = Module._resolveFilename;

Module._resolveFilename = function (request, ...rest) {
  const [name, ...path] = request.split("/");
  const alias = Object.hasOwn(aliases, name) ? aliases[name] : undefined;
  const target = alias === undefined ? request : [installed, alias, ...path].join("/");
  return resolve.call(this, target, ...rest);
};
