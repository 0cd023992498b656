import { createPrivateKey, createPublicKey, type KeyObject, X509Certificate } from "node:crypto";
import type { JWK } from "jose";
import {
  DerError,
  DuplicateKeyError,
  JwkError,
  KeyInputTooLargeError,
  NoKeysError,
  PemError,
  PrivateKeyError,
} from "./errors";
import type { PublicJwk, SigningAlgorithm } from "./jwk";
import type { KeyIdSource } from "./key-id";
import { conversionCommand, refuseOtherFormat } from "./other-formats";
import { type PemBlock, readPem } from "./pem";
import {
  assertWhole,
  buildPublicJwk,
  type Candidate,
  readJwk,
  signingAlgorithm,
} from "./public-jwk";

const maxBytes = 1024 * 1024;

/** Options of {@link readPublicKeys}. */
export interface ReadPublicKeysOptions {
  /**
   * Where the `kid` of each key comes from.
   * @default "computed"
   */
  readonly keyId?: KeyIdSource;
}

/** What is read from a string. */
export interface KeySet {
  readonly keys: PublicJwk[];
  /** Those of the keys that a JWKS has a second time with an empty `kid`. */
  readonly repeated: PublicJwk[];
}

/**
 * Reads public keys from PEM (`PUBLIC KEY`, `RSA PUBLIC KEY`, `CERTIFICATE`; one or several blocks),
 * from a JWK or from a JWKS. A key that a JWKS has a second time with an empty `kid`, for API servers
 * before Kubernetes 1.16, is one key.
 *
 * @param text at most 1 MiB
 * @param source how messages name the text, such as a file name
 * @returns at least one key, in the order of the text
 * @throws {DocumentError} with one `code` for each rule; see the classes that extend it
 * @see {@link https://www.rfc-editor.org/rfc/rfc7468 RFC 7468} for PEM
 * @see {@link https://www.rfc-editor.org/rfc/rfc7517 RFC 7517} for JWK and JWKS
 *
 * @example
 * const keys = await readPublicKeys(readFileSync("sa.pub", "utf8"), "sa.pub");
 * console.log(keys[0]?.kid);
 */
export async function readPublicKeys(
  text: string,
  source = "the input",
  options: ReadPublicKeysOptions = {},
): Promise<PublicJwk[]> {
  return (await readKeySet(text, source, options)).keys;
}

/** As {@link readPublicKeys}, and which keys are repeated with an empty `kid`. */
export async function readKeySet(
  text: string,
  source: string,
  { keyId = "computed" }: ReadPublicKeysOptions = {},
): Promise<KeySet> {
  if (Buffer.byteLength(text) > maxBytes) {
    throw new KeyInputTooLargeError(
      `${source} is larger than 1 MiB, which no set of public keys is`,
    );
  }
  const content = text.replace(/^\uFEFF/, "").trim();
  if (content === "") throw new NoKeysError(`${source} is empty; give at least one public key`);
  const candidates = content.startsWith("{") ? jsonKeys(content, source) : pemKeys(content, source);

  const isRepeated = ({ claimed }: Candidate): boolean => claimed?.kid === "";
  const named = candidates.filter((candidate) => !isRepeated(candidate));
  const keys: PublicJwk[] = [];
  for (const candidate of named) keys.push(await toPublicJwk(candidate, keyId));
  assertDistinctKeys(
    keys,
    source,
    named.map((candidate) => candidates.indexOf(candidate) + 1),
  );
  const repeated: PublicJwk[] = [];
  for (const candidate of candidates.filter(isRepeated)) {
    const again = keys[named.findIndex(({ key }) => key.equals(candidate.key))];
    if (again === undefined) throw emptyKeyId(candidate, keyId);
    repeated.push(again);
  }
  return { keys, repeated };
}

/**
 * @param source how the message names the keys, such as a file name
 * @param positions of the keys among all entries, from 1
 * @throws {DuplicateKeyError} two of the keys are the same, or have the same `kid`
 */
export function assertDistinctKeys(
  keys: readonly PublicJwk[],
  source: string,
  positions: readonly number[] = keys.map((_key, index) => index + 1),
): void {
  for (const [index, key] of keys.entries()) {
    const first = keys.findIndex(({ kid }) => kid === key.kid);
    if (first === index) continue;
    const [name, other] = [`key ${positions[index]} of ${source}`, `key ${positions[first]}`];
    const kid = key.kid.slice(0, 64);
    throw new DuplicateKeyError(
      isSameKey(key, keys[first])
        ? `${name} is ${other} again (kid "${kid}"); give each key once`
        : `${name} has the kid of ${other} ("${kid}"); give each kid once`,
    );
  }
}

function isSameKey(key: PublicJwk, other: PublicJwk | undefined): boolean {
  return "n" in key
    ? other?.kty === "RSA" && key.n === other.n
    : other?.kty === "EC" && key.x === other.x && key.y === other.y;
}

function emptyKeyId({ name }: Candidate, keyId: KeyIdSource): JwkError {
  const advice =
    keyId === "computed"
      ? "leave the member out to have the kid computed"
      : "give the kid that the signer writes into its tokens";
  return new JwkError(`"kid" of ${name} is empty, and the key is none of the others; ${advice}`);
}

function pemKeys(text: string, source: string): Candidate[] {
  if (!text.includes("-----BEGIN ")) refuseOtherFormat(text, source);
  const blocks = readPem(text, source);
  if (blocks.length === 0) {
    throw new PemError(
      `${source} is neither PEM nor a JWK or JWKS; a PEM begins with a line BEGIN PUBLIC KEY between five dashes (openssl pkey -in sa.key -pubout)`,
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
      throw otherLabel(label, name);
  }
}

function otherLabel(label: string, name: string): PemError {
  const command = conversionCommand(label);
  const rule =
    command === undefined
      ? 'must be "PUBLIC KEY", "RSA PUBLIC KEY" or "CERTIFICATE"'
      : `to convert it: ${command}`;
  return new PemError(`${name} is labelled "${label}"${command === undefined ? "," : ";"} ${rule}`);
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

function jsonKeys(text: string, source: string): Candidate[] {
  let content: { keys?: unknown };
  try {
    content = JSON.parse(text) as { keys?: unknown };
  } catch {
    throw new JwkError(`${source} begins like a JWK or JWKS but is not JSON`);
  }
  if ("jwks_uri" in content) {
    throw new JwkError(
      `${source} is a discovery document, which contains no keys; give what its jwks_uri returns (kubectl get --raw /openid/v1/jwks)`,
    );
  }
  const jwks = "keys" in content ? content.keys : [content];
  if (!Array.isArray(jwks)) throw new JwkError(`"keys" of ${source} must be an array`);
  if (jwks.length === 0) {
    throw new NoKeysError(`"keys" of ${source} is empty; give at least one public key`);
  }
  return jwks.map((jwk: unknown, index) => readJwk(jwk, `key ${index + 1} of ${source}`));
}

async function toPublicJwk(candidate: Candidate, keyId: KeyIdSource): Promise<PublicJwk> {
  const alg = signingAlgorithm(candidate);
  const exported = await exportJwk(candidate, alg);
  return buildPublicJwk(candidate, { alg, exported, keyId });
}

async function exportJwk({ key, name }: Candidate, alg: SigningAlgorithm): Promise<JWK> {
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
