import { readFileSync } from "node:fs";
import { join } from "node:path";
import {
  buildDiscoveryDocument,
  buildJwks,
  type PublicJwk,
  type PublishedDocumentsProps,
  readPublicKeys,
  readPublishedDocuments,
} from "../../../modules/documents";
import { keyVectors } from "../../fixtures/key-vectors";

const issuerUrl = "https://oidc.acme.example/home";
const discovery = buildDiscoveryDocument({
  issuer: issuerUrl,
  jwksUri: `${issuerUrl}/keys.json`,
  algorithms: ["RS256"],
});
let keys: [PublicJwk, PublicJwk];
beforeAll(async () => {
  const [first, second] = keyVectors.filter(({ bits }) => bits === 2048);
  keys = (await readPublicKeys(`${first?.public_key_pem}${second?.public_key_pem}`)) as typeof keys;
});

const read = (props: Partial<PublishedDocumentsProps> = {}) =>
  readPublishedDocuments({ issuerUrl, jwks: buildJwks(keys), ...props });
const entries = (...some: object[]) => JSON.stringify({ keys: some });

test("documents are made anew of the URL and the keys", async () => {
  const pretty = JSON.stringify(
    { keys: keys.map((key) => ({ ...key, x5t: "AA" })), a: 1 },
    null,
    2,
  );
  const documents = await read({
    jwks: pretty,
    discovery: JSON.stringify(Object.fromEntries(Object.entries(discovery).reverse())),
  });
  expect(documents).toMatchObject({ keys, discovery, jwks: buildJwks(keys) });
  expect(documents).toHaveProperty("issuer.objectKeys.jwks", "home/keys.json");
});

test("what is published with an empty kid stays so", async () => {
  const jwks = buildJwks(keys, keys[1]);
  expect(await read({ jwks })).toMatchObject({ keys, jwks });
});

test("the kid of an external signer stays", async () => {
  const path = join(__dirname, "../../fixtures/keys/external-signer-keys.json");
  expect(await read({ jwks: readFileSync(path, "utf8") })).toHaveProperty(
    ["keys", 0, "kid"],
    "8f7c1f0a-4f5f-4c9b-9c39-0a7b6c7c2a11",
  );
});

test.each<[string, () => string, string]>([
  ["a private member", () => entries({ ...keys[0], d: "AQAB" }), "ERR_PRIVATE_KEY"],
  [
    "a private member with an empty kid",
    () => entries(keys[0], { ...keys[0], kid: "", d: "AQAB" }),
    "ERR_PRIVATE_KEY",
  ],
  [
    "a symmetric key with an empty kid",
    () => entries(keys[0], { kty: "oct", kid: "", k: "AQAB" }),
    "ERR_PRIVATE_KEY",
  ],
  [
    "another key with an empty kid",
    () => entries(keys[0], { ...keys[1], kid: "" }),
    "ERR_JWK_INVALID",
  ],
  [
    "two keys with an empty kid",
    () => entries(...keys, ...keys.map((key) => ({ ...key, kid: "" }))),
    "ERR_JWK_INVALID",
  ],
  ["a kid twice", () => entries(keys[0], { ...keys[1], kid: keys[0].kid }), "ERR_DUPLICATE_KEY"],
  ["no kid", () => entries({ ...keys[0], kid: undefined }), "ERR_JWK_INVALID"],
  ["no keys", () => entries(), "ERR_NO_KEYS"],
])("a JWKS with %s is refused", async (_, make, code) => {
  await expect(read({ jwks: make() })).rejects.toMatchObject({ code });
});

test.each<[string, Partial<PublishedDocumentsProps>, object[]]>([
  [
    "a URL that is no issuer's",
    { issuerUrl: "http://oidc.acme.example" },
    [
      {
        path: ["issuerUrl"],
        rule: "must begin with https://",
        given: "http://oidc.acme.example",
      },
    ],
  ],
  [
    "a discovery document of another host",
    {
      discovery: JSON.stringify({
        ...discovery,
        issuer: "https://b.example",
        jwks_uri: "https://b.example/keys.json",
      }),
    },
    [
      {
        path: ["discovery", "issuer"],
        rule: `must be "${issuerUrl}"`,
        given: "https://b.example",
      },
      {
        path: ["discovery", "jwks_uri"],
        rule: `must be "${issuerUrl}/keys.json"`,
        given: "https://b.example/keys.json",
      },
    ],
  ],
  [
    "a discovery document of other keys",
    {
      discovery: JSON.stringify({ ...discovery, id_token_signing_alg_values_supported: ["ES256"] }),
    },
    [
      {
        path: ["discovery", "id_token_signing_alg_values_supported"],
        rule: 'must be ["RS256"]',
        given: ["ES256"],
      },
    ],
  ],
  [
    "a discovery document with one member more and one less",
    {
      discovery: JSON.stringify({ ...discovery, issuer: undefined, token_endpoint: "https://b" }),
    },
    [
      { path: ["discovery", "token_endpoint"], rule: "must be left out", given: "https://b" },
      { path: ["discovery", "issuer"], rule: `must be "${issuerUrl}"` },
    ],
  ],
  [
    "text that is no discovery document",
    { discovery: "[]" },
    [{ path: ["discovery"], rule: "must be a discovery document, which is a JSON object" }],
  ],
])("%s gives violations", async (_, props, violations) => {
  expect(await read(props)).toEqual(violations);
});
