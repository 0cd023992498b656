import type { SigningAlgorithm } from "../../documents";

/** Kinds of keys that Terraform can make and Kubernetes can sign with. */
export type KeyAlgorithm = "RSA-2048" | "RSA-3072" | "RSA-4096" | "EC-P256" | "EC-P384" | "EC-P521";

/** The arguments of the tls provider for a kind of key, and what the key signs with. */
interface KeyAlgorithmDetails {
  readonly arguments:
    { algorithm: "RSA"; rsaBits: number } | { algorithm: "ECDSA"; ecdsaCurve: string };
  readonly signs: SigningAlgorithm;
  /**
   * What the base64 of every SubjectPublicKeyInfo of the kind begins with (RFC 5280, section 4.1; RFC 8017,
   * appendix A.1.1; RFC 5480, section 2).
   */
  readonly head: string;
  /** Of RSA: how long the modulus after the head is in base64, and what follows it: the exponent 65537. */
  readonly modulus?: { readonly length: number; readonly tail: string };
}

export const keyAlgorithms: Readonly<Record<KeyAlgorithm, KeyAlgorithmDetails>> = {
  "RSA-2048": {
    arguments: { algorithm: "RSA", rsaBits: 2048 },
    signs: "RS256",
    head: "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA",
    modulus: { length: 342, tail: "AQAB" },
  },
  "RSA-3072": {
    arguments: { algorithm: "RSA", rsaBits: 3072 },
    signs: "RS256",
    head: "MIIBojANBgkqhkiG9w0BAQEFAAOCAY8AMIIBigKCAYEA",
    modulus: { length: 512, tail: "AgMBAAE=" },
  },
  "RSA-4096": {
    arguments: { algorithm: "RSA", rsaBits: 4096 },
    signs: "RS256",
    head: "MIICIjANBgkqhkiG9w0BAQEFAAOCAg8AMIICCgKCAgEA",
    modulus: { length: 683, tail: "AwEAAQ==" },
  },
  "EC-P256": {
    arguments: { algorithm: "ECDSA", ecdsaCurve: "P256" },
    signs: "ES256",
    head: "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE",
  },
  "EC-P384": {
    arguments: { algorithm: "ECDSA", ecdsaCurve: "P384" },
    signs: "ES384",
    head: "MHYwEAYHKoZIzj0CAQYFK4EEACIDYgAE",
  },
  "EC-P521": {
    arguments: { algorithm: "ECDSA", ecdsaCurve: "P521" },
    signs: "ES512",
    head: "MIGbMBAGByqGSM49AgEGBSuBBAAjA4GGAA",
  },
};
