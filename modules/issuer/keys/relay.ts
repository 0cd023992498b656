import type { TerraformResource } from "cdktf";
import type { KeyAlgorithm } from "./key-algorithms";

/**
 * What takes the public half of a key out of the ephemeral world: an SSM parameter, or a certificate
 * request that nobody signs.
 */
export type PublicKeyRelay = "ssm-parameter" | "certificate-request";

/** Props of a relay. */
export interface RelayProps {
  /** The key's name. */
  readonly name: string;
  readonly algorithm: KeyAlgorithm;
  /** The private key in PEM: an ephemeral token. */
  readonly privateKeyPem: string;
  /** The version of the secret: one version, one key. */
  readonly versionId: string;
  /** The name of the SSM parameter that takes the public key. */
  readonly parameterName: string;
  /** @default - no tags */
  readonly tags?: Readonly<Record<string, string>>;
}

/** The public half of a key as a value that is not ephemeral. */
export interface Relay {
  /** SubjectPublicKeyInfo in PEM, a token. */
  readonly publicKeyPem: string;
  /** What the public key goes through. */
  readonly resource: TerraformResource;
}
