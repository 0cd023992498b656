import { createPublicKey, type JsonWebKey, type KeyObject } from "node:crypto";
import { Base64Error, DerError, JwkError, PrivateKeyError, UnsupportedKeyError } from "./errors";
import type { PublicJwk, SigningAlgorithm } from "./jwk";
import { computeKeyId, type KeyIdSource, readGivenKeyId } from "./key-id";
import { assertSoundRsa } from "./rsa";

const material = ["n", "e", "x", "y"] as const;
const privateMembers = ["d", "p", "q", "dp", "dq", "qi", "oth", "k", "priv"];

/** What OpenSSL and JOSE call a curve, and the signature made on it (RFC 7518, section 3.4). */
const curves: readonly { openssl: string; crv: string; alg: SigningAlgorithm }[] = [
  { openssl: "prime256v1", crv: "P-256", alg: "ES256" },
  { openssl: "secp384r1", crv: "P-384", alg: "ES384" },
  { openssl: "secp521r1", crv: "P-521", alg: "ES512" },
];

/** A public key, before it is known to be sound. */
export interface Candidate {
  readonly key: KeyObject;
  /** How messages name the key. */
  readonly name: string;
  /** What a JWK says of itself, to be held against what its key is. */
  readonly claimed?: JsonWebKey & { readonly kid?: unknown };
}

/**
 * The key of a JWK, of which only public members are read.
 *
 * @param name how messages name the key
 */
export function readJwk(jwk: unknown, name: string): Candidate {
  if (typeof jwk !== "object" || jwk === null || Array.isArray(jwk)) {
    throw new JwkError(`${name} must be a JSON object`);
  }
  const claimed = jwk as JsonWebKey;
  const secret = privateMembers.find((member) => member in claimed);
  if (secret !== undefined) {
    throw new PrivateKeyError(
      `${name} has the member "${secret}" of a private or symmetric key; give the public key alone`,
    );
  }
  const { kty, crv, n, e, x, y } = claimed;
  if (kty !== "RSA" && !(kty === "EC" && curves.some((curve) => curve.crv === crv))) {
    throw new UnsupportedKeyError(name);
  }
  for (const member of kty === "RSA" ? (["n", "e"] as const) : (["x", "y"] as const)) {
    assertBase64url(claimed[member], `"${member}" of ${name}`);
  }
  try {
    const members = kty === "RSA" ? { kty, n, e } : { kty, crv, x, y };
    return { key: createPublicKey({ key: members, format: "jwk" }), name, claimed };
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

/** What a key signs with; throws for a kind that is not supported, and for an unsound RSA key. */
export function signingAlgorithm({ key, name }: Candidate): SigningAlgorithm {
  if (key.asymmetricKeyType === "rsa") {
    assertSoundRsa(key, name);
    return "RS256";
  }
  const curve = curves.find(({ openssl }) => openssl === key.asymmetricKeyDetails?.namedCurve);
  if (key.asymmetricKeyType !== "ec" || curve === undefined) throw new UnsupportedKeyError(name);
  return curve.alg;
}

/** What the JWK of a key is made of. */
export interface PublicJwkProps {
  /** See {@link signingAlgorithm}. */
  readonly alg: SigningAlgorithm;
  /** The key's members. */
  readonly exported: JsonWebKey;
  readonly keyId: KeyIdSource;
}

/**
 * The JWK that is published for a key.
 *
 * @throws {DerError} the key is not encoded as its members are
 * @throws {JwkError} the key's own JWK says otherwise
 */
export function buildPublicJwk(
  { key, name, claimed = {} }: Candidate,
  { alg, exported, keyId }: PublicJwkProps,
): PublicJwk {
  const spki = key.export({ type: "spki", format: "der" });
  const named = createPublicKey({ key: exported, format: "jwk" });
  assertWhole(named.export({ type: "spki", format: "der" }), spki, name);
  const kid = keyId === "computed" ? computeKeyId(spki) : readGivenKeyId(claimed.kid, name);
  const { kty, n, e, crv, x, y } = exported;
  const jwk =
    kty === "RSA" ? { alg, e, kid, kty, n, use: "sig" } : { alg, crv, kid, kty, use: "sig", x, y };
  assertClaims(claimed, jwk, name);
  return jwk as PublicJwk;
}

/** OpenSSL reads up to the end of a structure: bytes behind it, or a form that is not DER, show here. */
export function assertWhole(encoded: Buffer, der: Buffer, name: string): void {
  if (!encoded.equals(der)) {
    throw new DerError(`${name} is not canonical DER, or has bytes behind its end`);
  }
}

function assertClaims(claimed: JsonWebKey, actual: JsonWebKey, name: string): void {
  const contradicted = ([...material, "use", "alg", "kid"] as const).find(
    (member) => claimed[member] !== undefined && claimed[member] !== actual[member],
  );
  if (contradicted === undefined) return;
  if (material.some((member) => member === contradicted)) {
    throw new JwkError(
      `"${contradicted}" of ${name} must have its minimal length, without leading zero bytes`,
    );
  }
  const right = JSON.stringify(actual[contradicted]);
  throw new JwkError(
    contradicted === "kid"
      ? `"kid" of ${name} must be ${right}, as Kubernetes computes it, or left out; to keep the kid of an external signer (KEP-740), write keyId: as-given (--key-id as-given)`
      : `"${contradicted}" of ${name} must be ${right}, as Kubernetes signs with this key; correct it or leave it out`,
  );
}

/**
 * Checks a public key that `readPublicKeys` may not have read.
 *
 * @param name how messages name the key
 * @throws {DocumentError} it is not what `readPublicKeys` returns with this `keyId`
 *
 * @example
 * const [key] = await readPublicKeys(readFileSync("sa.pub", "utf8"));
 * if (key !== undefined) assertPublicJwk(key, "sa.pub", "computed");
 */
export function assertPublicJwk(jwk: PublicJwk, name: string, keyId: KeyIdSource): void {
  const candidate = readJwk(jwk, name);
  const alg = signingAlgorithm(candidate);
  const exported = candidate.key.export({ format: "jwk" });
  const expected = buildPublicJwk(candidate, { alg, exported, keyId });
  const missing = (["alg", "kid", "use"] as const).find((member) => !(member in jwk));
  if (missing === undefined) return;
  throw new JwkError(`"${missing}" of ${name} is missing, must be "${expected[missing]}"`);
}
