import { createHash, generateKeyPairSync, type KeyPairKeyObjectResult } from "node:crypto";
import * as fc from "fast-check";
import { createLocalJWKSet, type JSONWebKeySet, jwtVerify, SignJWT } from "jose";
import {
  DocumentError,
  buildJwks,
  type PublicJwk,
  readPublicKeys,
} from "../../../modules/documents";
import { pem, unpem } from "../../fixtures/encoding";
import { certificates } from "../../fixtures/key-vectors";

const rsa = (modulusLength: number): KeyPairKeyObjectResult =>
  generateKeyPairSync("rsa", { modulusLength });
const ec = (namedCurve: string): KeyPairKeyObjectResult =>
  generateKeyPairSync("ec", { namedCurve });

const pairs = [
  ...[rsa(2048), rsa(2048), rsa(3072)],
  ...["P-256", "P-384", "P-521"].flatMap((curve) => [ec(curve), ec(curve)]),
].map(({ publicKey, privateKey }) => {
  const der = publicKey.export({ type: "spki", format: "der" });
  return { publicKey, privateKey, der, text: pem("PUBLIC KEY", der), expected: oracle(publicKey) };
});
const pair = fc.constantFrom(...pairs);
const pairsInAnyOrder = fc.shuffledSubarray(pairs, { minLength: 1 });

/** The JWK by node:crypto's own export, without jose. */
function oracle(key: KeyPairKeyObjectResult["publicKey"]): PublicJwk {
  const spki = key.export({ type: "spki", format: "der" });
  const jwk = key.export({ format: "jwk" });
  const algorithms: Record<string, string> = {
    "P-256": "ES256",
    "P-384": "ES384",
    "P-521": "ES512",
  };
  const kid = createHash("sha256").update(spki).digest("base64url");
  return { ...jwk, alg: algorithms[jwk.crv ?? ""] ?? "RS256", kid, use: "sig" } as PublicJwk;
}

describe("fresh keys", () => {
  test.each(pairs)(
    "agree with node:crypto: $expected.alg",
    async ({ publicKey, text, expected }) => {
      const jwk = publicKey.export({ format: "jwk" });
      await expect(readPublicKeys(text)).resolves.toStrictEqual([expected]);
      await expect(readPublicKeys(JSON.stringify(jwk))).resolves.toStrictEqual([expected]);
    },
  );

  test("agree with node:crypto on every curve, whatever bytes a coordinate begins with", async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom("P-256", "P-384", "P-521"), async (curve) => {
        const { publicKey } = ec(curve);
        const text = publicKey.export({ type: "spki", format: "pem" }).toString();
        expect(await readPublicKeys(text)).toStrictEqual([oracle(publicKey)]);
      }),
      { numRuns: 300 },
    );
  });

  test("keep any order", async () => {
    await fc.assert(
      fc.asyncProperty(pairsInAnyOrder, fc.boolean(), async (some, asJson) => {
        const text = asJson
          ? JSON.stringify({
              keys: some.map(({ publicKey: key }) => key.export({ format: "jwk" })),
            })
          : some.map((each) => each.text).join("");
        expect(await readPublicKeys(text)).toStrictEqual(some.map(({ expected }) => expected));
      }),
      { numRuns: 60 },
    );
  });

  test("are the same in lines of any width and end, with any text around", async () => {
    const lineEnd = fc.constantFrom("\n", "\r\n", "\r", "\n\n", " \n\t");
    const prose = fc.stringMatching(/^[a-zA-Z0-9 #:=/+\n]*$/);
    await fc.assert(
      fc.asyncProperty(
        pair,
        fc.integer({ min: 1, max: 800 }),
        lineEnd,
        fc.constantFrom("", "\uFEFF"),
        prose,
        prose,
        async ({ der, expected }, width, end, mark, before, after) => {
          const text = mark + before + pem("PUBLIC KEY", der, width, end) + after;
          expect(await readPublicKeys(text)).toStrictEqual([expected]);
        },
      ),
      { numRuns: 150 },
    );
  });
});

describe("a JWKS", () => {
  test("holds no white space, parses back, and is read back", async () => {
    await fc.assert(
      fc.asyncProperty(pairsInAnyOrder, async (some) => {
        const keys = some.map(({ expected }) => expected);
        const text = buildJwks(keys);
        expect(text).not.toMatch(/\s/);
        expect(JSON.parse(text)).toEqual({ keys });
        expect(await readPublicKeys(text)).toStrictEqual(keys);
      }),
      { numRuns: 50 },
    );
  });

  test("verifies the tokens of its keys and of no others", async () => {
    const keySet = (keys: readonly PublicJwk[]): ReturnType<typeof createLocalJWKSet> =>
      createLocalJWKSet(JSON.parse(buildJwks(keys)) as JSONWebKeySet);
    const claims = { issuer: "https://issuer.example.com", audience: "sts.amazonaws.com" };
    const subject = "system:serviceaccount:kube-system:ebs-csi-controller-sa";
    await fc.assert(
      fc.asyncProperty(pair, pairsInAnyOrder, async (signer, others) => {
        const [key] = (await readPublicKeys(signer.text)) as [PublicJwk];
        const token = await new SignJWT({ sub: subject })
          .setProtectedHeader({ alg: key.alg, kid: key.kid })
          .setIssuer(claims.issuer)
          .setAudience(claims.audience)
          .setExpirationTime("1h")
          .sign(signer.privateKey);
        const strangers = others.filter((other) => other !== signer).map((other) => other.expected);

        const { payload } = await jwtVerify(token, keySet([...strangers, key]), claims);
        expect(payload.sub).toBe(subject);
        if (strangers.length === 0) return;
        await expect(jwtVerify(token, keySet(strangers), claims)).rejects.toMatchObject({
          code: "ERR_JWKS_NO_MATCHING_KEY",
        });
      }),
      { numRuns: 40 },
    );
  });
});

describe("any text is either read, and then read back the same, or refused with a DocumentError", () => {
  async function readOrRefuse(text: string): Promise<void> {
    const keys = await readPublicKeys(text, "fuzz").catch((error: unknown) => error);
    if (Array.isArray(keys)) {
      expect(await readPublicKeys(buildJwks(keys as PublicJwk[]))).toStrictEqual(keys);
      return;
    }
    expect(keys).toBeInstanceOf(DocumentError);
    expect((keys as DocumentError).message).toMatch(/^.*fuzz.*$/);
  }

  const change = fc.record({
    at: fc.nat({ max: 10_000 }),
    cut: fc.oneof(fc.constant(0), fc.constant(1), fc.nat({ max: 80 })),
    insert: fc.oneof(
      fc.constantFrom("", "\n", "-", "=", "A", "-----", "-----BEGIN PUBLIC KEY-----\n", '"', "{"),
      fc.string({ maxLength: 5, unit: "binary" }),
    ),
  });
  const changes = fc.array(change, { minLength: 1, maxLength: 3 });
  const spliced = (text: string, edits: { at: number; cut: number; insert: string }[]): string =>
    edits.reduce((result, { at, cut, insert }) => {
      const start = at % (result.length + 1);
      return result.slice(0, start) + insert + result.slice(start + cut);
    }, text);

  const rsaJwk = pairs[0]?.publicKey.export({ format: "jwk" }) ?? {};
  const ecJwk = pairs[3]?.publicKey.export({ format: "jwk" }) ?? {};
  const texts = [
    ...pairs.map(({ text }) => text),
    ...Object.values(certificates),
    JSON.stringify(rsaJwk),
    JSON.stringify({ keys: [rsaJwk, ecJwk] }),
  ];
  const ders = [
    ...pairs.map(({ der }): [string, Buffer] => ["PUBLIC KEY", der]),
    ...pairs
      .slice(0, 1)
      .map(({ publicKey }): [string, Buffer] => [
        "RSA PUBLIC KEY",
        publicKey.export({ type: "pkcs1", format: "der" }) as Buffer,
      ]),
    ...Object.values(certificates).map((text): [string, Buffer] => ["CERTIFICATE", unpem(text)]),
  ];

  test.each<[string, number, fc.Arbitrary<string>]>([
    ["any string", 300, fc.string({ unit: "binary", maxLength: 200 })],
    [
      "any sequence of the pieces of PEM",
      300,
      fc
        .array(
          fc.constantFrom(
            "-----BEGIN ",
            "-----END ",
            "PUBLIC KEY",
            "-----",
            "\n",
            "AAAA",
            "{",
            "--",
          ),
          { maxLength: 16 },
        )
        .map((pieces) => pieces.join("")),
    ],
    [
      "a good text with pieces changed",
      500,
      fc.tuple(fc.constantFrom(...texts), changes).map(([text, edits]) => spliced(text, edits)),
    ],
    [
      "DER with bytes changed",
      600,
      fc
        .tuple(
          fc.constantFrom(...ders),
          fc.array(fc.tuple(fc.nat(), fc.nat({ max: 255 })), { minLength: 1, maxLength: 3 }),
        )
        .map(([[label, der], edits]) => {
          const copy = Buffer.from(der);
          for (const [at, byte] of edits) copy[at % copy.length] = byte;
          return pem(label, copy);
        }),
    ],
    ["any JSON", 200, fc.json()],
    [
      "a JWKS with any members changed",
      400,
      fc
        .tuple(
          fc.constantFrom(rsaJwk, ecJwk),
          fc.dictionary(
            fc.constantFrom(
              "kty",
              "crv",
              "n",
              "e",
              "x",
              "y",
              "alg",
              "use",
              "kid",
              "x5c",
              "key_ops",
            ),
            fc.oneof(
              fc.constantFrom("RSA", "EC", "P-256", "P-384", "AQAB", "AA", "sig", "RS256"),
              fc
                .uint8Array({ maxLength: 300 })
                .map((bytes) => Buffer.from(bytes).toString("base64url")),
              fc.jsonValue({ maxDepth: 1 }),
            ),
            { maxKeys: 3 },
          ),
        )
        .map(([jwk, members]) => JSON.stringify({ keys: [{ ...jwk, ...members }] })),
    ],
  ])("%s", async (_, numRuns, text) => {
    await fc.assert(fc.asyncProperty(text, readOrRefuse), { numRuns });
  });
});
