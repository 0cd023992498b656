import { generateKeyPairSync } from "node:crypto";
import { buildDiscoveryDocument, buildJwks, readPublicKeys } from "../../../modules/documents";
import * as run from "../run";

const pem = generateKeyPairSync("ec", { namedCurve: "P-256" })
  .publicKey.export({ type: "spki", format: "pem" })
  .toString();

/** Runs `irsa documents`; what it wrote below `site`, by path. */
async function irsa(files: Readonly<Record<string, string>>, argv: readonly string[], input = "") {
  const ran = await run.irsa(["documents", "--out", "site", ...argv], { files, input });
  const names = Object.entries(ran.written).map(([name, text]) => [
    name.replace("site/", ""),
    text,
  ]);
  return { ...ran, written: Object.fromEntries(names) as Record<string, string> };
}

const cluster = (name: string, rest: string) =>
  `  - name: ${name}\n    region: eu-central-1\n    hosting: self-published\n    issuerUrl: https://oidc.acme.example/${name}\n${rest}`;
const given = "    keys: [{ name: sa, publicKeyFile: sa.pub }]\n";
const home = `clusters:\n${cluster("home", given)}`;
const other = generateKeyPairSync("ec", { namedCurve: "P-256" }).publicKey.export({
  type: "spki",
  format: "pem",
});
const two = `${home}${cluster("lab", `    keys: [{ name: sa, publicKey: ${JSON.stringify(other)} }]\n`)}`;
const made = `clusters:\n${cluster("home", "    secretPrefix: talos\n")}`;

test("the two documents of a self-published issuer are written at their paths", async () => {
  const { status, stdout, written } = await irsa({ "irsa.yaml": home, "sa.pub": pem }, []);
  expect({ status, stdout }).toEqual({
    status: 0,
    stdout: "Wrote site/.well-known/openid-configuration\nWrote site/keys.json\n",
  });
  expect(Object.keys(written).sort()).toEqual([".well-known/openid-configuration", "keys.json"]);
  expect(written["keys.json"]).toBe(buildJwks(await readPublicKeys(pem)));
  expect(JSON.parse(written[".well-known/openid-configuration"] ?? "")).toMatchObject({
    issuer: "https://oidc.acme.example/home",
    jwks_uri: "https://oidc.acme.example/home/keys.json",
    id_token_signing_alg_values_supported: ["ES256"],
  });
});

test("one of several clusters is chosen by name, from a configuration of another name", async () => {
  const files = { "two.yaml": two, "sa.pub": pem };
  const { status, written } = await irsa(files, ["--config", "two.yaml", "--cluster", "lab"]);
  expect(status).toBe(0);
  expect(written[".well-known/openid-configuration"]).toContain("https://oidc.acme.example/lab");
});

const url = "https://oidc.acme.example/home";
const discovery = JSON.stringify(
  buildDiscoveryDocument({ issuer: url, jwksUri: `${url}/keys.json`, algorithms: ["ES256"] }),
);

/** What `terraform output -json` prints of a self-published issuer. */
const outputs = (jwks: unknown, changes: Readonly<Record<string, unknown>> = {}) => {
  const all = { issuer_url: url, discovery_document: discovery, jwks, ...changes };
  const named = Object.entries(all).map(([name, value]) => [name, { sensitive: false, value }]);
  return JSON.stringify(Object.fromEntries(named));
};
const jwksOf = async (isRepeated = false) => {
  const keys = await readPublicKeys(pem);
  return buildJwks(keys, isRepeated ? keys : []);
};
const documents = async (jwks = jwksOf()) => ({
  ".well-known/openid-configuration": discovery,
  "keys.json": await jwks,
});

describe("keys that Terraform made come from", () => {
  const fromStdin = ["--terraform-output", "-"];

  it("all outputs", async () => {
    const { status, written } = await irsa({}, fromStdin, outputs(await jwksOf()));
    expect({ status, written }).toEqual({ status: 0, written: await documents() });
  });

  it("all outputs, with keys repeated for an empty key ID", async () => {
    const { status, written } = await irsa({}, fromStdin, outputs(await jwksOf(true)));
    expect({ status, written }).toEqual({ status: 0, written: await documents(jwksOf(true)) });
  });

  it.each([
    ["the JWKS alone, as a string", (jwks: string) => JSON.stringify(jwks)],
    ["the JWKS alone, as it is", (jwks: string) => jwks],
  ])("%s", async (_, print) => {
    const argv = [...fromStdin, "--issuer-url", url];
    const { status, written } = await irsa({}, argv, print(await jwksOf()));
    expect({ status, written }).toEqual({ status: 0, written: await documents() });
  });

  it("the file that cdktf writes", async () => {
    const jwks = await jwksOf();
    const stack = { issuer_url: url, discovery_document: discovery, jwks };
    const one = await irsa({ "out.json": JSON.stringify({ home: stack }) }, [
      "--terraform-output",
      "out.json",
    ]);
    expect(one).toMatchObject({ status: 0, written: await documents() });
    const two = JSON.stringify({ home: stack, lab: { issuer_url: "https://lab.example" } });
    const chosen = await irsa({}, [...fromStdin, "--stack", "home"], two);
    expect(chosen).toMatchObject({ status: 0, written: await documents() });
    expect(await irsa({}, fromStdin, two)).toMatchObject({
      status: 1,
      stderr: "standard input has several stacks, choose one with --stack: home, lab\n",
    });
  });
});

describe("of foreign outputs", () => {
  const entry = async (changes: object) => {
    const set = JSON.parse(await jwksOf()) as { keys: object[] };
    return JSON.stringify({ keys: [...set.keys, { ...set.keys[0], ...changes }] });
  };
  const changed = (changes: object) =>
    JSON.stringify({ ...(JSON.parse(discovery) as object), ...changes });

  it("public members alone are written", async () => {
    const set = JSON.parse(await jwksOf()) as { keys: object[] };
    const jwks = JSON.stringify({ keys: [{ ...set.keys[0], x5u: "https://evil.example" }], a: 1 });
    const { status, written } = await irsa({}, ["--terraform-output", "-"], outputs(jwks));
    expect({ status, written }).toEqual({ status: 0, written: await documents() });
  });

  it.each([
    [
      "d with an empty key ID",
      async () => [await entry({ kid: "", d: "c2VjcmV0" })],
      /"d" of a private/,
    ],
    [
      "k with an empty key ID",
      async () => [await entry({ kid: "", kty: "oct", k: "c2VjcmV0" })],
      /"k"/,
    ],
    [
      "another key with an empty key ID",
      foreignKey,
      /with an empty kid that is not one of the others/,
    ],
    [
      "a JWKS elsewhere",
      async () => [
        await jwksOf(),
        { discovery_document: changed({ jwks_uri: "https://b.example" }) },
      ],
      /"jwks_uri" must be "https:\/\/oidc.acme.example\/home\/keys.json", got "https:\/\/b.example"/,
    ],
    [
      "one more member",
      async () => [await jwksOf(), { discovery_document: changed({ token_endpoint: "x" }) }],
      /"token_endpoint" must be absent, got "x"/,
    ],
    [
      "another issuer",
      async () => [await jwksOf(), { issuer_url: "https://b.example" }],
      /"issuer" must be "https:\/\/b.example", got "https:\/\/oidc.acme.example\/home"/,
    ],
    [
      "no discovery document",
      async () => [await jwksOf(), { discovery_document: 7 }],
      /discovery_document must be a discovery document/,
    ],
  ] as const)("%s is refused", async (_, make, says) => {
    const [jwks, changes = {}] = (await make()) as readonly [string, object?];
    const input = outputs(jwks, changes as Record<string, unknown>);
    const { status, stderr, written } = await irsa({}, ["--terraform-output", "-"], input);
    expect({ status, written }).toEqual({ status: 1, written: {} });
    expect(stderr).toMatch(says);
    expect(stderr).not.toContain("c2VjcmV0");
  });

  async function foreignKey(): Promise<readonly [string]> {
    const other = generateKeyPairSync("ec", { namedCurve: "P-256" }).publicKey;
    return [await entry({ ...other.export({ format: "jwk" }), kid: "" })];
  }
});

describe("files that are there", () => {
  const files = { "irsa.yaml": home, "sa.pub": pem };

  it("are kept when they are equal", async () => {
    const first = await irsa(files, []);
    const before = Object.entries(first.written).map(([name, text]) => [`site/${name}`, text]);
    const again = await irsa(
      { ...files, ...(Object.fromEntries(before) as Record<string, string>) },
      [],
    );
    expect(again).toMatchObject({ status: 0, stdout: first.stdout, written: {} });
  });

  it("are replaced with --force alone", async () => {
    const before = { ...files, "site/keys.json": "{}" };
    const refused = await irsa(before, []);
    expect(refused).toMatchObject({
      status: 1,
      stderr: "site/keys.json exists with other content; replace it with --force\n",
      written: {},
    });
    expect((await irsa(before, ["--force"])).written["keys.json"]).toBe(await jwksOf());
  });

  it("and are no files leave the other one unwritten", async () => {
    const { status, stderr, written } = await irsa({ ...files, "site/keys.json/x": "" }, []);
    expect({ status, stderr, written }).toEqual({
      status: 1,
      stderr: "site/keys.json cannot be written: it is not a regular file\n",
      written: {},
    });
  });
});

test.each([
  ["https://acme.github.io/home", true],
  ["https://acme.github.io", true],
  ["https://github.io.acme.example/home", false],
])("GitHub Pages at %s get .nojekyll: %s", async (issuerUrl, isWritten) => {
  const text = home.replace("https://oidc.acme.example/home", issuerUrl);
  const { status, stderr, written } = await irsa({ "irsa.yaml": text, "sa.pub": pem }, []);
  expect(status).toBe(0);
  expect(".nojekyll" in written).toBe(isWritten);
  expect(stderr.includes("GitHub Pages leaves out names")).toBe(isWritten);
});

test("the files written are JSON for scripts", async () => {
  const { stdout } = await irsa({ "irsa.yaml": home, "sa.pub": pem }, ["--json"]);
  expect(JSON.parse(stdout)).toEqual({
    written: ["site/.well-known/openid-configuration", "site/keys.json"],
  });
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
    "--cluster must be one of home, lab",
  ],
  ["a key that is missing", { "irsa.yaml": home }, [], "", "irsa.yaml:6:"],
  ["a key that Terraform makes", { "irsa.yaml": made }, [], "", "give --terraform-output"],
  [
    "outputs that are missing",
    {},
    ["--terraform-output", "none.json"],
    "",
    "cannot be read: it does not exist",
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
    "has no issuer_url; it has: a; or give --issuer-url",
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
    "outputs with an object that is no JWKS",
    {},
    ["--terraform-output", "-"],
    outputs("{}"),
    "jwks is empty",
  ],
])("%s: a message, exit 1, and nothing is written", async (_title, files, argv, input, says) => {
  const { status, stdout, stderr, written } = await irsa(files, argv, input);
  expect({ status, stdout, written }).toEqual({ status: 1, stdout: "", written: {} });
  expect(stderr).toMatch(new RegExp(says.replace(/[.:]/g, "[$&]")));
  expect(stderr).not.toMatch(/^ {4}at /m);
});
