import { buildJwks, type PublicJwk, readKeyIds, readPublicKeys } from "../../../modules/documents";
import { keyVectors } from "../../fixtures/key-vectors";

const texts = keyVectors.filter(({ bits }) => bits !== 512).map((vector) => vector.public_key_pem);
let keys: PublicJwk[];
beforeAll(async () => {
  keys = await readPublicKeys(texts.join(""));
});

function refusalOf(some: readonly PublicJwk[]): unknown {
  try {
    return buildJwks(some);
  } catch (error) {
    return error;
  }
}

test("members are in lexical order, without white space", () => {
  const [rsa, , ec] = keyVectors.filter(({ bits }) => bits !== 512);
  const [first, , third] = keys as [PublicJwk, PublicJwk, PublicJwk];
  expect(buildJwks([first, third])).toBe(
    `{"keys":[{"alg":"RS256","e":"AQAB","kid":"${rsa?.kid ?? ""}","kty":"RSA","n":"${rsa?.n ?? ""}","use":"sig"},` +
      `{"alg":"ES256","crv":"P-256","kid":"${ec?.kid ?? ""}","kty":"EC","use":"sig","x":"${ec?.x ?? ""}","y":"${ec?.y ?? ""}"}]}`,
  );
});

test("the order of a key's members does not change the bytes", () => {
  const backwards = keys.map(
    (key) => Object.fromEntries(Object.entries(key).reverse()) as unknown as PublicJwk,
  );
  expect(buildJwks(backwards)).toBe(buildJwks(keys));
});

test("keys keep the order given", () => {
  expect(readKeyIds(buildJwks(keys))).toEqual(keys.map(({ kid }) => kid));
  expect(readKeyIds(buildJwks(keys.toReversed()))).toEqual(keys.map(({ kid }) => kid).reverse());
});

test.each([
  ['{"keys":[{"kid":"a"},{"kid":""},{"kid":1},{},null,"key"]}', ["a", ""]],
  ['{"keys":[]}', []],
  ['{"keys":{}}', undefined],
  ['{"issuer":"https://oidc.example.org"}', undefined],
  ["null", undefined],
  ["<html>", undefined],
  ["", undefined],
])("%j has the key IDs %j", (text, keyIds) => {
  expect(readKeyIds(text)).toEqual(keyIds);
});

test("no key is refused", () => {
  expect(refusalOf([])).toMatchObject({ code: "ERR_NO_KEYS" });
});

test("a key given twice is refused, by its position", () => {
  const [first, second] = keys as [PublicJwk, PublicJwk];
  expect(refusalOf([first, second, { ...first }])).toMatchObject({
    code: "ERR_DUPLICATE_KEY",
    message: `key 3 of the JWKS is key 1 again (kid "${first.kid}"); give each key once`,
  });
});

test("of several keys one is published again with an empty kid", () => {
  const [first, second] = keys as [PublicJwk, PublicJwk];
  const { keys: entries } = JSON.parse(buildJwks([first, second], second)) as { keys: unknown[] };
  expect(entries).toEqual([first, second, { ...second, kid: "" }]);
});

test("public members alone are written", () => {
  const extended = keys.map((key) => ({ ...key, d: "c2VjcmV0", x5u: "https://a.example" }));
  expect(buildJwks(extended)).toBe(buildJwks(keys));
});
