import { createPublicKey, generateKeyPairSync } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { buildDiscoveryDocument, buildJwks, readPublicKeys } from "../../../modules/documents";
import * as run from "../run";

const fixtures = join(__dirname, "../../fixtures/keys");
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
  return buildJwks(keys, isRepeated ? keys[0] : undefined);
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
      /"kid" of key 2 of Terraform's output jwks is empty, and the key is none of the others/,
    ],
    [
      "a JWKS elsewhere",
      async () => [
        await jwksOf(),
        { discovery_document: changed({ jwks_uri: "https://b.example" }) },
      ],
      /^Terraform's output discovery_document.jwks_uri must be "https:\/\/oidc.acme.example\/home\/keys.json", got "https:\/\/b.example"/,
    ],
    [
      "several keys with an empty key ID",
      async () => {
        const keys = await readPublicKeys(pem);
        const set = JSON.parse(buildJwks(keys, keys[0])) as { keys: object[] };
        return [JSON.stringify({ keys: [...set.keys, set.keys[1]] })];
      },
      /has several keys with an empty kid, of which AWS would use any; publish at most one/,
    ],
    [
      "a JWKS on another host",
      async () => [
        await jwksOf(),
        {
          discovery_document: changed({
            issuer: "https://b.example",
            jwks_uri: "https://b.example/keys.json",
          }),
        },
      ],
      /discovery_document.issuer must be "https:\/\/oidc.acme.example\/home", got .*\n.*jwks_uri must be/,
    ],
    [
      "one more member",
      async () => [await jwksOf(), { discovery_document: changed({ token_endpoint: "x" }) }],
      /^Terraform's output discovery_document.token_endpoint must be left out, got "x"$/m,
    ],
    [
      "another issuer",
      async () => [await jwksOf(), { issuer_url: "https://b.example" }],
      /^Terraform's output discovery_document.issuer must be "https:\/\/b.example", got "https:\/\/oidc.acme.example\/home"/,
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
  ["https://acme.github.io/clusters/home/oidc", true],
  ["https://github.io.acme.example/home", false],
])("GitHub Pages at %s get .nojekyll: %s", async (issuerUrl, isWritten) => {
  const text = home.replace("https://oidc.acme.example/home", issuerUrl);
  const { status, stderr, written } = await irsa({ "irsa.yaml": text, "sa.pub": pem }, []);
  expect(status).toBe(0);
  expect(".nojekyll" in written).toBe(isWritten);
  expect(stderr.includes("GitHub Pages leaves out names")).toBe(isWritten);
});

test("GitHub Pages get .nojekyll for keys that Terraform made, too", async () => {
  const argv = ["--terraform-output", "-", "--issuer-url", "https://acme.github.io/a/b"];
  const { status, written } = await irsa({}, argv, JSON.stringify(await jwksOf()));
  expect(status).toBe(0);
  expect(written).toHaveProperty([".nojekyll"], "");
});

test("the kid of an external signer stays in what Terraform made", async () => {
  const text = readFileSync(join(fixtures, "external-signer-keys.json"), "utf8");
  const jwks = buildJwks(await readPublicKeys(text, "it", { keyId: "as-given" }));
  const argv = ["--terraform-output", "-", "--issuer-url", url];
  const { status, written } = await irsa({}, argv, jwks);
  expect(status).toBe(0);
  expect(written["keys.json"]).toBe(jwks);
});

describe("public keys of files", () => {
  const fromFile = (...files: string[]) => [
    ...files.flatMap((file) => ["--public-key-file", file]),
    "--issuer-url",
    url,
  ];
  const external = readFileSync(join(fixtures, "external-signer-keys.json"), "utf8");
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const talosKey = privateKey.export({ type: "pkcs1", format: "pem" }).toString();
  const talosPublic = createPublicKey(privateKey).export({ type: "spki", format: "pem" });
  const secrets = (key: string) =>
    `cluster:\n    id: aWQ=\n    secret: c2VjcmV0LW9mLWNsdXN0ZXI=\ncerts:\n    k8s:\n        key: b3RoZXI=\n    k8sserviceaccount:\n        key: ${key}\n`;
  const base64 = (text: string) => Buffer.from(text).toString("base64");

  it("are published as of a configuration", async () => {
    const { status, stdout, written } = await irsa({ "sa.pub": pem }, fromFile("sa.pub"));
    expect({ status, written }).toEqual({ status: 0, written: await documents() });
    expect(stdout).toBe("Wrote site/.well-known/openid-configuration\nWrote site/keys.json\n");
  });

  it("are the JWKS of an API server, of standard input", async () => {
    const { status, written } = await irsa({}, fromFile("-"), await jwksOf(true));
    expect({ status, written }).toEqual({ status: 0, written: await documents() });
  });

  it("are published in their order", async () => {
    const files = { "a.pub": pem, "b.json": readFileSync(join(fixtures, "cluster.pub"), "utf8") };
    const { written } = await irsa(files, fromFile("b.json", "a.pub"));
    expect(written["keys.json"]).toBe(
      buildJwks(await readPublicKeys(files["b.json"] + files["a.pub"])),
    );
    expect(JSON.parse(written[".well-known/openid-configuration"] ?? "")).toMatchObject({
      id_token_signing_alg_values_supported: ["ES256", "RS256"],
    });
  });

  it("keep the kid of an external signer with --key-id as-given", async () => {
    const argv = [...fromFile("ext.json"), "--key-id", "as-given"];
    const { status, written } = await irsa({ "ext.json": external }, argv);
    expect(status).toBe(0);
    expect(JSON.parse(written["keys.json"] ?? "")).toMatchObject({
      keys: [{ kid: "8f7c1f0a-4f5f-4c9b-9c39-0a7b6c7c2a11" }],
    });
  });

  it("are the public half of the key in a Talos secrets file, and nothing else of it", async () => {
    const { status, stdout, stderr, written } = await irsa(
      { "secrets.yaml": secrets(base64(talosKey)) },
      fromFile("secrets.yaml"),
    );
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    const keys = await readPublicKeys(talosPublic.toString());
    expect(Object.keys(written).sort()).toEqual([".well-known/openid-configuration", "keys.json"]);
    expect(written["keys.json"]).toBe(buildJwks(keys));
    const everything = stdout + JSON.stringify(written);
    const { d = "", p = "" } = privateKey.export({ format: "jwk" });
    for (const secret of [d, p, base64(talosKey).slice(100, 140), "c2VjcmV0", "b3RoZXI"]) {
      expect(everything).not.toContain(secret);
    }
  });

  it.each([
    ["no base64 of a PEM", secrets("c2VjcmV0"), "must be a PEM private key, or the base64 of one"],
    ["no key", secrets('""'), "must be a PEM private key, or the base64 of one"],
    [
      "a list",
      secrets("[c2VjcmV0]"),
      "must be the base64 of a PEM, as talosctl gen secrets writes",
    ],
    ["broken YAML", secrets("c2VjcmV0\n  - c2VjcmV0"), "must be the base64 of a PEM"],
    [
      "a public key",
      secrets(base64(talosPublic.toString())),
      "must have the label RSA PRIVATE KEY, EC PRIVATE KEY, PRIVATE KEY; it has PUBLIC KEY",
    ],
    [
      "a cut private key",
      secrets(base64(talosKey.replace(/.{64}\n/, ""))),
      "must be a whole private",
    ],
  ])("are refused in a Talos secrets file with %s", async (_, text, says) => {
    const { status, stdout, stderr, written } = await irsa(
      { "secrets.yaml": text },
      fromFile("secrets.yaml"),
    );
    expect({ status, stdout, written }).toEqual({ status: 1, stdout: "", written: {} });
    expect(stderr).toContain(`certs.k8sserviceaccount.key of secrets.yaml ${says}`);
    expect(stderr).not.toContain("c2VjcmV0");
    expect(stderr.split("\n")).toHaveLength(2);
  });

  it.each<[string, string[], RegExp]>([
    ["no URL", ["--public-key-file", "sa.pub"], /^--issuer-url is missing: both documents/],
    [
      "another URL",
      ["--public-key-file", "sa.pub", "--issuer-url", "http://a.example"],
      /^--issuer-url must begin with https:\/\/, got "http:\/\/a.example"$/m,
    ],
    ["another source of key IDs", [...fromFile("sa.pub"), "--key-id", "given"], /--key-id must be/],
    [
      "an external signer's kid",
      fromFile("ext.json"),
      /^"kid" of key 1 of ext.json must be .*\(--key-id as-given\)$/m,
    ],
    ["a key twice", fromFile("sa.pub", "sa.pub"), /^key 2 of the JWKS is key 1 again/],
    [
      "a file that is missing",
      fromFile("none.pub"),
      /^none.pub cannot be read: it does not exist$/m,
    ],
    ["a private key", fromFile("sa.key"), /^block 1 of sa.key is a private key; .*-pubout$/m],
    [
      "a configuration",
      [...fromFile("sa.pub"), "--config", "irsa.yaml", "--cluster", "home"],
      /^--config and --public-key-file are both given: leave one out\n--cluster and/,
    ],
    [
      "Terraform's outputs",
      [...fromFile("sa.pub"), "--terraform-output", "-"],
      /^--terraform-output and --public-key-file are both given: leave one out$/m,
    ],
    ["a key ID alone", ["--key-id", "as-given"], /^--key-id is for keys of --public-key-file/],
  ])("are refused with %s", async (_, argv, says) => {
    const files = { "sa.pub": pem, "ext.json": external, "sa.key": talosKey, "irsa.yaml": home };
    const { status, stdout, stderr, written } = await irsa(files, argv);
    expect({ status, stdout, written }).toEqual({ status: 1, stdout: "", written: {} });
    expect(stderr).toMatch(says);
  });
});

test("the files written are JSON for scripts", async () => {
  const { stdout } = await irsa({ "irsa.yaml": home, "sa.pub": pem }, ["--json"]);
  expect(JSON.parse(stdout)).toEqual({
    written: ["site/.well-known/openid-configuration", "site/keys.json"],
  });
});

test.each<[string, Record<string, string>, string[], string, string]>([
  ["no configuration", {}, [], "", "there is no irsa.yaml and no clusters"],
  ["a configuration that is missing", {}, ["--config", "none.yaml"], "", "does not exist"],
  [
    "a configuration without clusters",
    { "irsa.yaml": "backend: { type: s3 }" },
    [],
    "",
    "the configuration has no clusters",
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
    "the cluster must be one of home, lab",
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
    "jwks must be RSA, or EC",
  ],
])("%s: a message, exit 1, and nothing is written", async (_title, files, argv, input, says) => {
  const { status, stdout, stderr, written } = await irsa(files, argv, input);
  expect({ status, stdout, written }).toEqual({ status: 1, stdout: "", written: {} });
  expect(stderr).toMatch(new RegExp(says.replace(/[.:]/g, "[$&]")));
  expect(stderr).not.toMatch(/^ {4}at /m);
});
