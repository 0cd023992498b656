import { spawnSync } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { existsSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildJwks, readPublicKeys } from "../../../modules/documents";
import { contents } from "../../support/golden";

const command = join(__dirname, "../../../dist/cli/irsa.cjs");
const pem = generateKeyPairSync("ec", { namedCurve: "P-256" })
  .publicKey.export({ type: "spki", format: "pem" })
  .toString();

function irsa(files: Readonly<Record<string, string>>, argv: readonly string[], input = "") {
  const cwd = mkdtempSync(join(tmpdir(), "irsa-cli-"));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(cwd, name), text);
  const run = spawnSync("node", [command, "documents", "--out", "site", ...argv], {
    cwd,
    input,
    encoding: "utf8",
  });
  const site = join(cwd, "site");
  return { ...run, written: existsSync(site) ? contents(site) : undefined };
}

const cluster = (name: string, rest: string) =>
  `  - name: ${name}\n    region: eu-central-1\n    hosting: self-published\n    issuerUrl: https://oidc.acme.example/${name}\n${rest}`;
const given = "    keys: [{ name: sa, publicKeyFile: sa.pub }]\n";
const home = `clusters:\n${cluster("home", given)}`;
const two = `${home}${cluster("lab", given.replace("{", "{ signs: true, "))}`;
const made = `clusters:\n${cluster("home", "    secretPrefix: talos\n")}`;

test("the two documents of a self-published issuer are written at their paths", async () => {
  const { status, stdout, written } = irsa({ "irsa.yaml": home, "sa.pub": pem }, []);
  expect({ status, stdout }).toEqual({
    status: 0,
    stdout: "Wrote site/.well-known/openid-configuration\nWrote site/keys.json\n",
  });
  expect(Object.keys(written ?? {}).sort()).toEqual([
    ".well-known/openid-configuration",
    "keys.json",
  ]);
  expect(written?.["keys.json"]).toBe(buildJwks(await readPublicKeys(pem)));
  expect(JSON.parse(written?.[".well-known/openid-configuration"] ?? "")).toMatchObject({
    issuer: "https://oidc.acme.example/home",
    jwks_uri: "https://oidc.acme.example/home/keys.json",
    id_token_signing_alg_values_supported: ["ES256"],
  });
});

test("one of several clusters is chosen by name, from a configuration of another name", () => {
  const files = { "two.yaml": two, "sa.pub": pem };
  const { status, written } = irsa(files, ["--config", "two.yaml", "--cluster", "lab"]);
  expect(status).toBe(0);
  expect(written?.[".well-known/openid-configuration"]).toContain("https://oidc.acme.example/lab");
});

test("keys that Terraform made come from its outputs", async () => {
  const keys = await readPublicKeys(pem);
  const issuer = "https://oidc.acme.example/home";
  const discovery = JSON.stringify({ issuer });
  const outputs = {
    issuer_url: { value: issuer, type: "string", sensitive: false },
    discovery_document: { value: discovery, type: "string", sensitive: false },
    jwks: { value: buildJwks(keys, keys), type: "string", sensitive: false },
  };
  const { status, written } = irsa({}, ["--terraform-output", "-"], JSON.stringify(outputs));
  expect(status).toBe(0);
  expect(written).toEqual({
    ".well-known/openid-configuration": discovery,
    "keys.json": buildJwks(keys, keys),
  });
});

const outputs = (jwksText: string, issuer = "https://a.example") =>
  JSON.stringify({
    issuer_url: { value: "https://a.example" },
    discovery_document: { value: JSON.stringify({ issuer }) },
    jwks: { value: jwksText },
  });

test.each<[string, Record<string, string>, string[], string, string]>([
  ["no configuration", {}, [], "", "no irsa.yaml with clusters"],
  ["a configuration that is missing", {}, ["--config", "none.yaml"], "", "does not exist"],
  [
    "a configuration without clusters",
    { "irsa.yaml": "backend: { type: s3 }" },
    [],
    "",
    "no irsa.yaml with clusters",
  ],
  [
    "several clusters",
    { "irsa.yaml": two, "sa.pub": pem },
    [],
    "",
    "choose one with --cluster: home, lab",
  ],
  [
    "an unknown cluster",
    { "irsa.yaml": two, "sa.pub": pem },
    ["--cluster", "x"],
    "",
    "must be one of: home, lab",
  ],
  ["a key that is missing", { "irsa.yaml": home }, [], "", "irsa.yaml:6:"],
  ["a key that Terraform makes", { "irsa.yaml": made }, [], "", "give --terraform-output"],
  [
    "outputs that are missing",
    {},
    ["--terraform-output", "none.json"],
    "",
    "cannot be read: ENOENT",
  ],
  [
    "outputs that are no JSON",
    {},
    ["--terraform-output", "-"],
    "issuer_url = 1",
    "terraform output -json",
  ],
  ["a state", {}, ["--terraform-output", "-"], '{"version":4}', "terraform output -json"],
  ["no outputs", {}, ["--terraform-output", "-"], "{}", "terraform output -json"],
  [
    "outputs of another module",
    {},
    ["--terraform-output", "-"],
    '{"a":{"value":1}}',
    "has no discovery_document; it has: a",
  ],
  ["outputs without keys", {}, ["--terraform-output", "-"], outputs('{"keys":[]}'), "ERR|empty"],
  [
    "outputs with a private key",
    {},
    ["--terraform-output", "-"],
    outputs('{"keys":[{"kty":"oct","k":"c2VjcmV0"}]}'),
    "private or symmetric",
  ],
  [
    "outputs of two issuers",
    {},
    ["--terraform-output", "-"],
    outputs("{}", "https://b.example"),
    "do not fit together",
  ],
])("%s: a message, exit 1, and nothing is written", (_title, files, argv, input, says) => {
  const { status, stdout, stderr, written } = irsa(files, argv, input);
  expect({ status, stdout, written }).toEqual({ status: 1, stdout: "", written: undefined });
  expect(stderr).toMatch(new RegExp(says.replace(/[.:]/g, "[$&]")));
  expect(stderr).not.toMatch(/^ {4}at /m);
});
