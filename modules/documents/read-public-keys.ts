import { createPrivateKey, createPublicKey, type KeyObject, X509Certificate } from "node:crypto";
import type { JWK } from "jose";
import {
  Base64Error,
  DerError,
  DuplicateKeyError,
  JwkError,
  KeyInputTooLargeError,
  NoKeysError,
  PemError,
  PrivateKeyError,
  RsaExponentError,
  RsaModulusError,
  UnsupportedKeyError,
} from "./errors";
import type { PublicJwk, SigningAlgorithm } from "./jwk";
import { computeKeyId } from "./key-id";
import { type PemBlock, readPem } from "./pem";

const maxBytes = 1024 * 1024;
const minModulusBits = 2048;
/** Go, and so Kubernetes, takes no larger one. */
const maxExponent = 2n ** 31n - 1n;
const material = ["n", "e", "x", "y"] as const;
const privateMembers = ["d", "p", "q", "dp", "dq", "qi", "oth", "k", "priv"];

/** What OpenSSL and JOSE call a curve, and the signature made on it (RFC 7518, section 3.4). */
const curves: readonly { openssl: string; crv: string; alg: SigningAlgorithm }[] = [
  { openssl: "prime256v1", crv: "P-256", alg: "ES256" },
  { openssl: "secp384r1", crv: "P-384", alg: "ES384" },
  { openssl: "secp521r1", crv: "P-521", alg: "ES512" },
];

/**
 * Reads public keys from PEM (`PUBLIC KEY`, `RSA PUBLIC KEY`, `CERTIFICATE`; one or several blocks),
 * from a JWK or from a JWKS.
 *
 * @param text at most 1 MiB
 * @param source how messages name the text, such as a file name
 * @returns at least one key, in the order of the text
 * @throws {DocumentError} with one `code` for each rule; see the classes in errors.ts
 * @see {@link https://www.rfc-editor.org/rfc/rfc7468 RFC 7468} for PEM
 * @see {@link https://www.rfc-editor.org/rfc/rfc7517 RFC 7517} for JWK and JWKS
 *
 * @example
 * const keys = await readPublicKeys(readFileSync("sa.pub", "utf8"), "sa.pub");
 * console.log(keys[0]?.kid);
 */
export async function readPublicKeys(text: string, source = "the input"): Promise<PublicJwk[]> {
  if (Buffer.byteLength(text) > maxBytes) {
    throw new KeyInputTooLargeError(
      `${source} is larger than 1 MiB, which no set of public keys is`,
    );
  }
  const content = text.replace(/^\uFEFF/, "").trim();
  if (content === "") throw new NoKeysError(`${source} is empty; give at least one public key`);
  const candidates = content.startsWith("{") ? jsonKeys(content, source) : pemKeys(content, source);

  const keys: PublicJwk[] = [];
  for (const candidate of candidates) keys.push(await toPublicJwk(candidate));
  assertDistinctKeys(keys, source);
  return keys;
}

/**
 * @param source how the message names the keys, such as a file name
 * @throws {DuplicateKeyError} two of the keys are the same
 */
export function assertDistinctKeys(keys: readonly PublicJwk[], source: string): void {
  const positions = new Map<string, number>();
  for (const [index, { kid }] of keys.entries()) {
    const first = positions.get(kid);
    if (first !== undefined) {
      throw new DuplicateKeyError(
        `key ${index + 1} of ${source} is key ${first + 1} again (kid "${kid}"); give each key once`,
      );
    }
    positions.set(kid, index);
  }
}

interface Candidate {
  readonly key: KeyObject;
  /** How messages name the key. */
  readonly name: string;
  /** What a JWK says of itself, to be held against what its key is. */
  readonly claimed?: JWK;
}

function pemKeys(text: string, source: string): Candidate[] {
  const blocks = readPem(text, source);
  if (blocks.length === 0) {
    throw new PemError(
      `${source} is neither PEM nor a JWK or JWKS; a PEM public key begins with -----BEGIN PUBLIC KEY-----`,
    );
  }
  return blocks.map((block, index) => {
    const name = `key ${index + 1} of ${source}`;
    return { key: pemKey(block, name), name };
  });
}

function pemKey({ label, der }: PemBlock, name: string): KeyObject {
  if (isPrivateKey(der)) {
    throw new PrivateKeyError(
      `${name} is a private key under the label "${label}"; give the public key alone`,
    );
  }
  switch (label) {
    case "PUBLIC KEY":
      return publicKey(der, "spki", name);
    case "RSA PUBLIC KEY":
      return publicKey(der, "pkcs1", name);
    case "CERTIFICATE":
      return certificateKey(der, name);
    default:
      throw new PemError(
        `${name} is labelled "${label}", must be "PUBLIC KEY", "RSA PUBLIC KEY" or "CERTIFICATE"`,
      );
  }
}

function isPrivateKey(der: Buffer): boolean {
  return (["pkcs8", "pkcs1", "sec1"] as const).some((type) => {
    try {
      return createPrivateKey({ key: der, format: "der", type }).type === "private";
    } catch (error) {
      return (error as NodeJS.ErrnoException).code === "ERR_MISSING_PASSPHRASE";
    }
  });
}

function publicKey(der: Buffer, type: "spki" | "pkcs1", name: string): KeyObject {
  let key: KeyObject;
  let encoded: Buffer;
  try {
    key = createPublicKey({ key: der, format: "der", type });
    encoded =
      type === "spki"
        ? key.export({ type, format: "der" })
        : key.export({ type: "pkcs1", format: "der" });
  } catch {
    throw new DerError(`${name} is not the DER of a public key as its label announces`);
  }
  assertWhole(encoded, der, name);
  return key;
}

function certificateKey(der: Buffer, name: string): KeyObject {
  let certificate: X509Certificate;
  let spki: Buffer;
  try {
    certificate = new X509Certificate(der);
    spki = certificate.publicKey.export({ type: "spki", format: "der" });
  } catch {
    throw new DerError(`${name} is not the DER of an X.509 certificate`);
  }
  assertWhole(certificate.raw, der, name);
  return publicKey(spki, "spki", name);
}

/** OpenSSL reads up to the end of a structure: bytes behind it, or a form that is not DER, show here. */
function assertWhole(encoded: Buffer, der: Buffer, name: string): void {
  if (!encoded.equals(der)) {
    throw new DerError(`${name} is not canonical DER, or has bytes behind its end`);
  }
}

function jsonKeys(text: string, source: string): Candidate[] {
  let content: { keys?: unknown };
  try {
    content = JSON.parse(text) as { keys?: unknown };
  } catch {
    throw new JwkError(`${source} begins like a JWK or JWKS but is not JSON`);
  }
  const jwks = "keys" in content ? content.keys : [content];
  if (!Array.isArray(jwks)) throw new JwkError(`"keys" of ${source} must be an array`);
  if (jwks.length === 0) {
    throw new NoKeysError(`"keys" of ${source} is empty; give at least one public key`);
  }
  return jwks.map((jwk: unknown, index) => jwkCandidate(jwk, `key ${index + 1} of ${source}`));
}

function jwkCandidate(jwk: unknown, name: string): Candidate {
  if (typeof jwk !== "object" || jwk === null || Array.isArray(jwk)) {
    throw new JwkError(`${name} must be a JSON object`);
  }
  const claimed = jwk as JWK;
  const secret = privateMembers.find((member) => member in claimed);
  if (secret !== undefined) {
    throw new PrivateKeyError(
      `${name} has the member "${secret}" of a private or symmetric key; give the public key alone`,
    );
  }
  const { kty, crv } = claimed;
  if (kty !== "RSA" && !(kty === "EC" && curves.some((curve) => curve.crv === crv))) {
    throw unsupported(name);
  }
  for (const member of kty === "RSA" ? (["n", "e"] as const) : (["x", "y"] as const)) {
    assertBase64url(claimed[member], `"${member}" of ${name}`);
  }
  try {
    return { key: createPublicKey({ key: claimed, format: "jwk" }), name, claimed };
  } catch {
    throw new JwkError(`${name} has members that make no ${kty} public key`);
  }
}

function assertBase64url(value: unknown, name: string): void {
  if (typeof value !== "string" || value === "") {
    throw new JwkError(`${name} must be a string that is not empty`);
  }
  if (Buffer.from(value, "base64url").toString("base64url") !== value) {
    throw new Base64Error(`${name} must be base64url without padding, white space or line breaks`);
  }
}

async function toPublicJwk({ key, name, claimed = {} }: Candidate): Promise<PublicJwk> {
  const alg = signingAlgorithm(key, name);
  const exported = await exportedJwk(key, alg, name);
  const spki = key.export({ type: "spki", format: "der" });
  const named = createPublicKey({ key: exported, format: "jwk" });
  assertWhole(named.export({ type: "spki", format: "der" }), spki, name);
  const kid = computeKeyId(spki);
  const { kty, n, e, crv, x, y } = exported;
  const jwk =
    kty === "RSA" ? { alg, e, kid, kty, n, use: "sig" } : { alg, crv, kid, kty, use: "sig", x, y };
  assertClaims(claimed, jwk, name);
  return jwk as PublicJwk;
}

async function exportedJwk(key: KeyObject, alg: SigningAlgorithm, name: string): Promise<JWK> {
  // On use: jose is ESM alone, which the Jest of a CommonJS project does not load.
  const { importSPKI } = await import("jose/key/import");
  const { exportJWK } = await import("jose/key/export");
  try {
    const pem = key.export({ type: "spki", format: "pem" }).toString();
    return await exportJWK(await importSPKI(pem, alg, { extractable: true }));
  } catch {
    throw new DerError(`${name} is no usable public key`);
  }
}

function signingAlgorithm(key: KeyObject, name: string): SigningAlgorithm {
  if (key.asymmetricKeyType === "rsa") {
    assertSoundRsa(key, name);
    return "RS256";
  }
  const curve = curves.find(({ openssl }) => openssl === key.asymmetricKeyDetails?.namedCurve);
  if (key.asymmetricKeyType !== "ec" || curve === undefined) throw unsupported(name);
  return curve.alg;
}

function assertSoundRsa(key: KeyObject, name: string): void {
  const { modulusLength: bits = 0, publicExponent = 0n } = key.asymmetricKeyDetails ?? {};
  if (bits < minModulusBits) {
    throw new RsaModulusError(
      `${name} is RSA with a modulus of ${bits} bits, must be ${minModulusBits} or more`,
    );
  }
  const modulus = Buffer.from(key.export({ format: "jwk" }).n ?? "", "base64url");
  if (((modulus.at(-1) ?? 0) & 1) === 0) {
    throw new RsaModulusError(`${name} is RSA with an even modulus, which no two primes have`);
  }
  if (publicExponent < 3n || publicExponent > maxExponent || publicExponent % 2n === 0n) {
    const given = publicExponent > maxExponent ? "of 2^31 or more" : `of ${publicExponent}`;
    throw new RsaExponentError(
      `${name} is RSA with a public exponent ${given}, must be odd, at least 3 and below 2^31`,
    );
  }
}

function assertClaims(claimed: JWK, actual: JWK, name: string): void {
  const contradicted = ([...material, "use", "alg", "kid"] as const).find(
    (member) => claimed[member] !== undefined && claimed[member] !== actual[member],
  );
  if (contradicted === undefined) return;
  const rule = material.some((member) => member === contradicted)
    ? "must have its minimal length, without leading zero bytes"
    : `must be "${actual[contradicted]}", as Kubernetes signs with this key; correct it or leave it out`;
  throw new JwkError(`"${contradicted}" of ${name} ${rule}`);
}

function unsupported(name: string): UnsupportedKeyError {
  return new UnsupportedKeyError(
    `${name} must be RSA, or EC on P-256, P-384 or P-521: Kubernetes signs and AWS STS verifies with no other kind`,
  );
}
