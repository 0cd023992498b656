import { createHash, createPublicKey, type JsonWebKey, X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import {
  DocumentError,
  buildJwks,
  type PublicJwk,
  readPublicKeys,
} from "../../../modules/documents";
import { certificates, keyVectors } from "../../fixtures/key-vectors";
import { redactKeyMaterial } from "../../../modules/validation";
import { refusedKeys } from "../../fixtures/refused-inputs";

const sound = keyVectors.filter(({ bits }) => bits !== 512);
const weak = keyVectors.filter(({ bits }) => bits === 512);
const [first, second, third] = sound.map((vector) => vector.public_key_pem) as [
  string,
  string,
  string,
];
const kids = sound.map(({ kid }) => kid);

async function kidsOf(text: string): Promise<string[]> {
  return (await readPublicKeys(text)).map(({ kid }) => kid);
}

async function refusalOf(text: string, source: string): Promise<unknown> {
  return readPublicKeys(text, source).then(
    () => "no error",
    (error: unknown) => error,
  );
}

describe("a known key gives the JWK that Kubernetes publishes for it", () => {
  test.each(sound)("$kid of $source", async ({ public_key_pem, kid, alg, n, e, crv, x, y }) => {
    const expected =
      alg === "RS256"
        ? { alg, e, kid, kty: "RSA", n, use: "sig" }
        : { alg, crv, kid, kty: "EC", use: "sig", x, y };
    await expect(readPublicKeys(public_key_pem)).resolves.toStrictEqual([expected]);
  });

  test.each(weak)("$kid of $source is too short to be published", async ({ public_key_pem }) => {
    await expect(refusalOf(public_key_pem, "sa.pub")).resolves.toMatchObject({
      code: "ERR_RSA_MODULUS",
      message: "key 1 of sa.pub is RSA with a modulus of 512 bits, must be 2048 to 16384",
    });
  });
});

describe("a key is the same through every form", () => {
  describe.each(Object.entries(certificates))("%s", (kind, certificate) => {
    const key = new X509Certificate(certificate).publicKey;
    const spki = key.export({ type: "spki", format: "der" });
    const jwk: JsonWebKey = key.export({ format: "jwk" });
    const kid = createHash("sha256").update(spki).digest("base64url");
    const alg = kind === "rsa" ? "RS256" : "ES256";
    const expected = [{ ...jwk, alg, kid, use: "sig" }];

    test.each([
      ["CERTIFICATE", certificate],
      ["PUBLIC KEY", key.export({ type: "spki", format: "pem" }).toString()],
      ...(kind === "rsa"
        ? [["RSA PUBLIC KEY", key.export({ type: "pkcs1", format: "pem" }).toString()]]
        : []),
      ["JWK", JSON.stringify(jwk)],
      ["JWK, indented", JSON.stringify(jwk, null, 2)],
      ["JWK, with its kid, alg and use", JSON.stringify(expected[0])],
      ["JWK, with members of its own", JSON.stringify({ ...jwk, key_ops: ["verify"], ext: true })],
      ["JWKS", JSON.stringify({ keys: [jwk] })],
      ["JWKS, as written by buildJwks()", buildJwks(expected as unknown as PublicJwk[])],
    ])("%s", async (_, text) => {
      await expect(readPublicKeys(text)).resolves.toStrictEqual(expected);
    });
  });
});

describe("what stands around a key does not matter", () => {
  test.each([
    ["CR LF", first.replaceAll("\n", "\r\n")],
    ["CR", first.replaceAll("\n", "\r")],
    ["no line break at the end", first.trim()],
    ["blank lines", `\n\n${first.replaceAll("\n", "\n\n")}\n`],
    ["indentation, as of a YAML block", first.replaceAll("\n", "\n    ")],
    ["a leading byte order mark", `\uFEFF${first}`],
    ["text before and after", `Signing key of prod-eu:\n${first}until 2030 - do not share\n`],
    ["all on one line", first.replaceAll("\n", "")],
  ])("%s", async (_, text) => {
    await expect(kidsOf(text)).resolves.toEqual([kids[0]]);
  });

  test("a byte order mark before JSON", async () => {
    const jwk = createPublicKey(first).export({ format: "jwk" });
    await expect(kidsOf(`\uFEFF \r\n${JSON.stringify(jwk)}\n`)).resolves.toEqual([kids[0]]);
  });

  test("1 MiB exactly", async () => {
    await expect(kidsOf(first.padEnd(1024 * 1024))).resolves.toEqual([kids[0]]);
  });
});

describe("several keys keep their order", () => {
  const jwk = (text: string): JsonWebKey => createPublicKey(text).export({ format: "jwk" });
  const pkcs1 = createPublicKey(second).export({ type: "pkcs1", format: "pem" }).toString();

  test.each([
    ["PEM blocks", first + second + third],
    ["PEM blocks of two labels", first + pkcs1 + third],
    ["PEM blocks with text between", `old\n${first}\r\nnew\n${second}\n# next\n${third}`],
    ["JWKS", JSON.stringify({ keys: [first, second, third].map(jwk) })],
  ])("%s", async (_, text) => {
    await expect(kidsOf(text)).resolves.toEqual(kids);
  });

  test("backwards", async () => {
    await expect(kidsOf(third + second + first)).resolves.toEqual(kids.toReversed());
  });
});

describe("a key that a JWKS has again with an empty kid is one key", () => {
  const fixture = readFileSync(join(__dirname, "../../fixtures/keys/self-hosted-setup-keys.json"));
  const setup = JSON.parse(fixture.toString()) as { keys: [JsonWebKey, JsonWebKey] };
  const [named, again] = setup.keys;
  const jwk = (text: string): JsonWebKey => createPublicKey(text).export({ format: "jwk" });
  const empty = (text: string) => ({ ...jwk(text), kid: "" });

  test("as the webhook's SELF_HOSTED_SETUP and EKS Anywhere publish it", async () => {
    await expect(kidsOf(fixture.toString())).resolves.toEqual([
      "pzZiYw8g3UDdI4xyDbrz-MLLtSBSKjTD15hEGboBdfc",
    ]);
  });

  test.each([
    ["first", [again, named]],
    ["twice", [named, again, again]],
    ["of a JWK without kid", [{ ...named, kid: undefined }, again]],
    ["and other members", [named, { ...again, alg: "RS256", key_ops: ["verify"] }]],
  ])("%s", async (_, entries) => {
    await expect(kidsOf(JSON.stringify({ keys: entries }))).resolves.toEqual([named.kid]);
  });

  test("what buildJwks() writes for any of several keys is read as it was", async () => {
    const keys = await readPublicKeys(first + second + third);
    for (const key of keys) {
      await expect(readPublicKeys(buildJwks(keys, key))).resolves.toStrictEqual(keys);
    }
  });

  test("unless it is another key", async () => {
    const text = JSON.stringify({ keys: [empty(second), jwk(first)] });
    const says = '"kid" of key 1 of sa.pub is empty, and the key is none of the others; ';
    await expect(refusalOf(text, "sa.pub")).resolves.toMatchObject({
      code: "ERR_JWK_INVALID",
      message: `${says}leave the member out to have the kid computed`,
    });
    await expect(kidsOf(text.replace(/,"kid":""/, ""))).resolves.toEqual([kids[1], kids[0]]);
    await expect(readPublicKeys(text, "sa.pub", { keyId: "as-given" })).rejects.toThrow(
      'key 2 of sa.pub has no "kid"',
    );
    const named = JSON.stringify({ keys: [empty(second), { ...jwk(first), kid: "a" }] });
    await expect(readPublicKeys(named, "sa.pub", { keyId: "as-given" })).rejects.toThrow(
      `${says}give the kid that the signer writes into its tokens`,
    );
  });

  test("duplicates are named by their place among all entries", async () => {
    const text = JSON.stringify({ keys: [empty(first), jwk(first), jwk(first)] });
    await expect(refusalOf(text, "sa.pub")).resolves.toMatchObject({
      message: `key 3 of sa.pub is key 2 again (kid "${kids[0]}"); give each key once`,
    });
  });
});

describe("the kid of an external signer", () => {
  const fixture = readFileSync(
    join(__dirname, "../../fixtures/keys/external-signer-keys.json"),
    "utf8",
  );
  const [key] = (JSON.parse(fixture) as { keys: [JsonWebKey] }).keys;
  const given = (...kids: unknown[]) =>
    readPublicKeys(JSON.stringify({ keys: kids.map((kid) => ({ ...key, kid })) }), "sa.json", {
      keyId: "as-given",
    }).then(
      (keys) => keys.map(({ kid }) => kid),
      (error: unknown) => error,
    );

  test("is refused by default, with what to write", async () => {
    await expect(refusalOf(fixture, "sa.json")).resolves.toMatchObject({
      code: "ERR_JWK_INVALID",
      message:
        '"kid" of key 1 of sa.json must be "pzZiYw8g3UDdI4xyDbrz-MLLtSBSKjTD15hEGboBdfc", as Kubernetes computes it, or left out; to keep the kid of an external signer (KEP-740), write keyId: as-given (--key-id as-given)',
    });
  });

  test("is kept as given", async () => {
    await expect(readPublicKeys(fixture, "sa.json", { keyId: "as-given" })).resolves.toStrictEqual([
      key,
    ]);
  });

  test.each([
    "1",
    "arn:aws:kms:eu-central-1:111122223333:key/1234",
    "projects/p/locations/l/keyRings/r/cryptoKeys/k/cryptoKeyVersions/1",
    "a~!#$%&'()*+,-./:;<=>?@[]^_`|z",
    "a".repeat(1024),
  ])("%s", async (kid) => {
    await expect(given(kid)).resolves.toEqual([kid]);
  });

  test.each([
    ["empty", [""], "ERR_JWK_INVALID", "is empty"],
    ["missing", [undefined], "ERR_JWK_INVALID", 'key 1 of sa.json has no "kid"'],
    ["a number", [7], "ERR_JWK_INVALID", 'key 1 of sa.json has no "kid"'],
    ["too long", ["a".repeat(1025)], "ERR_JWK_INVALID", "must be 1 to 1024 printable"],
    ["with a space", ["a b"], "ERR_JWK_INVALID", "without spaces"],
    ["with a line break", ["a\n"], "ERR_JWK_INVALID", "printable"],
    ["with a quote", ['a"'], "ERR_JWK_INVALID", "printable"],
    ["with a back slash", ["a\\"], "ERR_JWK_INVALID", "printable"],
    ["with a template of Terraform", ["${path.module}"], "ERR_JWK_INVALID", "braces"],
    ["not ASCII", ["schlüssel"], "ERR_JWK_INVALID", "ASCII"],
    ["twice", ["a", "b", "a"], "ERR_DUPLICATE_KEY", 'key 3 of sa.json is key 1 again (kid "a")'],
  ])("must not be %s", async (_, givenKids, code, says) => {
    const error = await given(...givenKids);
    expect(error).toMatchObject({ code });
    expect((error as Error).message).toContain(says);
  });

  test("must be that of one key", async () => {
    const other = { ...createPublicKey(first).export({ format: "jwk" }), kid: key.kid };
    const text = JSON.stringify({ keys: [key, other] });
    await expect(readPublicKeys(text, "sa.json", { keyId: "as-given" })).rejects.toThrow(
      `key 2 of sa.json has the kid of key 1 ("8f7c1f0a-4f5f-4c9b-9c39-0a7b6c7c2a11"); give each kid once`,
    );
  });

  test("is not in a PEM", async () => {
    await expect(readPublicKeys(first, "sa.pub", { keyId: "as-given" })).rejects.toThrow(
      'key 1 of sa.pub has no "kid", which keyId as-given publishes; give a JWK or JWKS',
    );
  });
});

describe("what is not a sound public key is refused", () => {
  const source = "cluster.pub";

  test("the table is large enough, and names each row once", () => {
    expect(refusedKeys.length).toBeGreaterThanOrEqual(45);
    expect(new Set(refusedKeys.map(({ name }) => name)).size).toBe(refusedKeys.length);
  });

  test.each(refusedKeys)("$name: $code", async ({ input, code, at }) => {
    const error = await refusalOf(input, source);
    expect(error).toBeInstanceOf(DocumentError);
    const { message, code: given, name } = error as DocumentError;
    expect(given).toBe(code);
    expect(name).toMatch(/^[A-Z]\w+Error$/);
    expect(message).toContain(at === undefined ? source : `${at} of ${source}`);
    expect(message).not.toMatch(/[\r\n]/);
    expect(message.length).toBeLessThan(250);
    expect(keyMaterial(message, input)).toEqual([]);
    expect(redactKeyMaterial(message)).toBe(message);
  });

  test("a message names the input when it has no name", async () => {
    await expect(readPublicKeys("")).rejects.toThrow("the input is empty");
  });
});

/** Runs of 24 characters of base64 or base64url in a message that the input holds, save for a kid. */
function keyMaterial(message: string, input: string): string[] {
  const haystack = input.replace(/\s|\\n/g, "");
  const runs = message.replace(/\(kid "[\w-]{43}"\)/, "").match(/[\w+/=-]{24,}/g) ?? [];
  return runs
    .flatMap((run) => Array.from({ length: run.length - 23 }, (_, i) => run.slice(i, i + 24)))
    .filter((piece) => haystack.includes(piece));
}
