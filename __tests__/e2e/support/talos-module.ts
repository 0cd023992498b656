import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { talosModule } from "../../fixtures/talos-module";
import { configuration } from "./configuration";

/** Gives what the documentation's two programs give: `kid`, and a modulus with line breaks in it. */
const program = `
const { createHash, createPublicKey } = require("node:crypto");
const key = createPublicKey(JSON.parse(require("node:fs").readFileSync(0, "utf8")).pem);
const der = createHash("sha256").update(key.export({ type: "spki", format: "der" })).digest("base64url");
const { n } = key.export({ format: "jwk" });
process.stdout.write(JSON.stringify({ der, modulus: n.replace(/.{76}/g, "$&\\n") }));
`;

const jwks = `jsonencode({keys = [{
  use = "sig", alg = "RS256", kty = "RSA", e = "AQAB"
  kid = data.external.pub_der.result.der
  n   = data.external.modulus.result.modulus
}]})`;

/**
 * The module of the Talos documentation as a configuration, after its description in the fixtures: the
 * same resources at the same addresses, with the line breaks that the recipe leaves in the modulus.
 *
 * @param others further blocks
 * @returns the configuration's directory
 */
export function talosConfiguration(others: object = {}): string {
  const kinds: Record<string, Record<string, Record<string, unknown>>> = {};
  for (const [address, body] of Object.entries(talosModule)) {
    const parts = address.split(".");
    const name = parts.pop() ?? "";
    const path =
      parts[0] === "var" ? ["variable"] : parts[0] === "data" ? parts : ["resource", ...parts];
    const target = path.reduce<Record<string, unknown>>(
      (parent, key) => (parent[key] ??= {}) as Record<string, unknown>,
      kinds,
    );
    target[name] = appliable(address, body);
  }
  const directory = configuration({ ...kinds, ...others });
  writeFileSync(join(directory, "recipe.cjs"), program);
  return directory;
}

function appliable(address: string, body: Readonly<Record<string, unknown>>): unknown {
  if (address.startsWith("data.external.")) {
    return { ...body, program: ["node", "${path.module}/recipe.cjs"] };
  }
  if (!address.startsWith("aws_s3_object.")) return body;
  if (address.endsWith(".keys_json")) {
    return { ...body, content: `\${${jwks}}`, etag: `\${md5(${jwks})}` };
  }
  const content = body.content as string;
  return { ...body, etag: createHash("md5").update(content).digest("hex") };
}
