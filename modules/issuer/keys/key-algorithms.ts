import type { SigningAlgorithm } from "../../documents";

/** Kinds of keys that Terraform can make and Kubernetes can sign with. */
export type KeyAlgorithm = "RSA-2048" | "RSA-3072" | "RSA-4096" | "EC-P256" | "EC-P384" | "EC-P521";

/** The arguments of the tls provider for a kind of key, and what the key signs with. */
interface KeyAlgorithmDetails {
  readonly arguments:
    { algorithm: "RSA"; rsaBits: number } | { algorithm: "ECDSA"; ecdsaCurve: string };
  readonly signs: SigningAlgorithm;
  /**
   * How Terraform's functions find the modulus in the base64 of a SubjectPublicKeyInfo: it begins with
   * a head of 33 bytes that all keys of the kind share (RFC 5280, section 4.1; RFC 8017, appendix A.1.1).
   */
  readonly modulus?: { readonly head: string; readonly length: number };
}

export const keyAlgorithms: Readonly<Record<KeyAlgorithm, KeyAlgorithmDetails>> = {
  "RSA-2048": {
    arguments: { algorithm: "RSA", rsaBits: 2048 },
    signs: "RS256",
    modulus: { head: "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA", length: 342 },
  },
  "RSA-3072": {
    arguments: { algorithm: "RSA", rsaBits: 3072 },
    signs: "RS256",
    modulus: { head: "MIIBojANBgkqhkiG9w0BAQEFAAOCAY8AMIIBigKCAYEA", length: 512 },
  },
  "RSA-4096": {
    arguments: { algorithm: "RSA", rsaBits: 4096 },
    signs: "RS256",
    modulus: { head: "MIICIjANBgkqhkiG9w0BAQEFAAOCAg8AMIICCgKCAgEA", length: 683 },
  },
  "EC-P256": { arguments: { algorithm: "ECDSA", ecdsaCurve: "P256" }, signs: "ES256" },
  "EC-P384": { arguments: { algorithm: "ECDSA", ecdsaCurve: "P384" }, signs: "ES384" },
  "EC-P521": { arguments: { algorithm: "ECDSA", ecdsaCurve: "P521" }, signs: "ES512" },
};
