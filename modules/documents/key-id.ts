import { createHash } from "node:crypto";

/**
 * The `kid` that the Kubernetes API server writes into the header of each token it signs: base64url
 * without padding of the SHA-256 over the DER of the public key. The formula is the same for RSA and EC.
 *
 * @param spki the public key as DER of a PKIX SubjectPublicKeyInfo
 * @returns 43 characters
 * @see {@link https://github.com/kubernetes/kubernetes/pull/78502 kubernetes, keyIDFromPublicKey}
 */
export function computeKeyId(spki: Uint8Array): string {
  return createHash("sha256").update(spki).digest("base64url");
}
