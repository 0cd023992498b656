import { createHash } from "node:crypto";
import { JwkError } from "./errors";

/**
 * Where the `kid` of a public key comes from: computed as the Kubernetes API server does, or as its JWK
 * gives it, for an external signer (KEP-740) that chooses its own.
 *
 * @see {@link https://github.com/kubernetes/enhancements/tree/master/keps/sig-auth/740-service-account-external-signing KEP-740}
 */
export type KeyIdSource = "computed" | "as-given";

/** The API server takes no longer one from its signer. */
const maxLength = 1024;
/** Without what JSON escapes and Terraform interpolates. */
const printable = /^[!#-[\]-z|~]+$/;

/**
 * The `kid` that the Kubernetes API server writes into the header of each token it signs: base64url
 * without padding of the SHA-256 over the DER of the public key. The formula is the same for RSA and EC.
 *
 * @param spki the public key as DER of a PKIX SubjectPublicKeyInfo
 * @returns 43 characters
 * @see {@link https://github.com/kubernetes/kubernetes/pull/78502 kubernetes, keyIDFromPublicKey}
 *
 * @example
 * const spki = createPublicKey(readFileSync("sa.pub", "utf8")).export({ type: "spki", format: "der" });
 * computeKeyId(spki).length; // 43
 */
export function computeKeyId(spki: Uint8Array): string {
  return createHash("sha256").update(spki).digest("base64url");
}

/**
 * The `kid` that a JWK gives.
 *
 * @param name how messages name the key
 * @throws {JwkError} it is missing, empty, too long or not printable
 * @see {@link https://github.com/kubernetes/kubernetes/blob/master/staging/src/k8s.io/externaljwt/apis/v1/api.proto kubernetes, ExternalJWTSigner}
 */
export function readGivenKeyId(kid: unknown, name: string): string {
  if (typeof kid !== "string" || kid === "") {
    throw new JwkError(
      `${name} has no "kid", which keyId as-given publishes; give a JWK or JWKS with the kid that the signer writes into its tokens`,
    );
  }
  if (kid.length > maxLength || !printable.test(kid)) {
    throw new JwkError(
      `"kid" of ${name} must be 1 to ${maxLength} printable ASCII characters without spaces, quotes, back slashes and braces`,
    );
  }
  return kid;
}
