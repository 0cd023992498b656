/** Signature algorithms that Kubernetes signs ServiceAccount tokens with and that AWS STS verifies. */
export type SigningAlgorithm = "RS256" | "ES256" | "ES384" | "ES512";

/** What the JWKs of all keys have. */
export interface CommonJwk<Algorithm extends SigningAlgorithm> {
  readonly alg: Algorithm;
  /**
   * The key ID: as the Kubernetes API server computes it, see {@link computeKeyId}, or as an external
   * signer gives it.
   */
  readonly kid: string;
  readonly use: "sig";
}

/** An RSA public key; `n` and `e` are base64url without padding, of minimal length (RFC 7518, section 6.3). */
export interface RsaPublicJwk extends CommonJwk<"RS256"> {
  readonly kty: "RSA";
  readonly n: string;
  readonly e: string;
}

/** An EC public key; `x` and `y` are base64url without padding, of the curve's length (RFC 7518, section 6.2). */
export interface EcPublicJwk extends CommonJwk<"ES256" | "ES384" | "ES512"> {
  readonly kty: "EC";
  readonly crv: "P-256" | "P-384" | "P-521";
  readonly x: string;
  readonly y: string;
}

/**
 * A public signing key as it is published in a JWKS.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc7517 RFC 7517}
 */
export type PublicJwk = RsaPublicJwk | EcPublicJwk;
