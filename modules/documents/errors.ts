/**
 * Every refusal of `modules/documents`. `code` is stable across releases; the message names the key
 * or value at fault, the rule it breaks and what to do, and never holds key material.
 *
 * @example
 * await readPublicKeys("").catch((error: unknown) => {
 *   if (error instanceof DocumentError) console.log(error.code); // ERR_NO_KEYS
 * });
 */
export abstract class DocumentError extends Error {
  abstract readonly code: string;

  constructor(message: string) {
    super(message);
    this.name = new.target.name;
  }
}

/** The input holds a private or symmetric key, in whatever form: only public keys belong here. */
export class PrivateKeyError extends DocumentError {
  readonly code = "ERR_PRIVATE_KEY";
}

/** The input is larger than 1 MiB. */
export class KeyInputTooLargeError extends DocumentError {
  readonly code = "ERR_KEY_INPUT_TOO_LARGE";
}

/** The input holds no key, or a JWKS would be published without one. */
export class NoKeysError extends DocumentError {
  readonly code = "ERR_NO_KEYS";
}

/** The same public key, or two keys of the same `kid`. */
export class DuplicateKeyError extends DocumentError {
  readonly code = "ERR_DUPLICATE_KEY";
}

/** The input is neither PEM nor JSON, or a PEM block does not begin and end as RFC 7468 asks. */
export class PemError extends DocumentError {
  readonly code = "ERR_PEM_INVALID";
}

/** A PEM body is not base64, or a JWK member is not base64url without padding. */
export class Base64Error extends DocumentError {
  readonly code = "ERR_BASE64_INVALID";
}

/** The DER inside a PEM block is not the structure its label announces, or has bytes behind it. */
export class DerError extends DocumentError {
  readonly code = "ERR_DER_INVALID";
}

/** A JWK or JWKS lacks a member, or a member contradicts what Kubernetes and STS use. */
export class JwkError extends DocumentError {
  readonly code = "ERR_JWK_INVALID";
}

/** Neither RSA nor EC on P-256, P-384 or P-521. */
export class UnsupportedKeyError extends DocumentError {
  readonly code = "ERR_KEY_UNSUPPORTED";

  /** @param name how the message names the key */
  constructor(name: string) {
    super(
      `${name} must be RSA, or EC on P-256, P-384 or P-521: Kubernetes signs and AWS STS verifies with no other kind`,
    );
  }
}

/** An RSA modulus that is too short or too long, or that a cheap test takes apart. */
export class RsaModulusError extends DocumentError {
  readonly code = "ERR_RSA_MODULUS";
}

/** An RSA public exponent that is even, smaller than 3, or 2^31 and more. */
export class RsaExponentError extends DocumentError {
  readonly code = "ERR_RSA_EXPONENT";
}

/** An issuer URL that is not in the one canonical form. */
export class IssuerUrlError extends DocumentError {
  readonly code = "ERR_ISSUER_URL";

  /**
   * @param rule completes the sentence that begins with the URL's name: "must have no query"
   * @param given the URL without user name and password; absent where showing it helps nobody
   */
  constructor(
    readonly rule: string,
    readonly given?: string,
  ) {
    super(`issuer URL ${rule}${given === undefined ? "" : `, got ${JSON.stringify(given)}`}`);
  }
}
