import { createHash, createPublicKey, type JsonWebKey, X509Certificate } from "node:crypto";
import {
  DocumentError,
  buildJwks,
  type PublicJwk,
  readPublicKeys,
} from "../../../modules/documents";
import { certificates, keyVectors } from "../../fixtures/key-vectors";
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
      message: "key 1 of sa.pub is RSA with a modulus of 512 bits, must be 2048 or more",
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
