import type { TerraformResource } from "cdktf";
import { Construct } from "constructs";
import { addressed, EphemeralResource } from "../../synthesis";
import { type SecretProps, SigningKeySecret } from "../signing-key-secret";
import { type KeyAlgorithm, keyAlgorithms } from "./key-algorithms";
import { PublicKeyOfSecret } from "./public-key-of-secret";
import type { PublicKeyRelay } from "./relay";

/** Props of {@link KeptKey}. */
export interface KeptKeyProps {
  /** The key's name. */
  readonly name: string;
  readonly algorithm: KeyAlgorithm;
  /** The secret of this key. */
  readonly secret: SecretProps;
  /** The name of the SSM parameter with the public key. */
  readonly parameterName: string;
  /** @default "ssm-parameter" */
  readonly publicKeyRelay?: PublicKeyRelay;
  /** @default - no tags */
  readonly tags?: Readonly<Record<string, string>>;
}

/**
 * A key pair that Terraform makes and keeps in Secrets Manager alone. Every run makes one and throws it
 * away; the first that is written to the secret stays.
 */
export class KeptKey extends Construct {
  /** SubjectPublicKeyInfo in PEM, a token. */
  readonly publicKeyPem: string;
  /** The secret with the private key. */
  readonly secret: SigningKeySecret;
  /** What the state knows of the key. */
  readonly resources: readonly TerraformResource[];

  constructor(scope: Construct, id: string, props: KeptKeyProps) {
    super(scope, id);
    const { name, algorithm, tags } = props;
    const { algorithm: kind, ...size } = keyAlgorithms[algorithm].arguments;
    const generator = addressed(
      new EphemeralResource(this, "generator", "tls_private_key", {
        algorithm: kind,
        rsa_bits: "rsaBits" in size ? size.rsaBits : undefined,
        ecdsa_curve: "ecdsaCurve" in size ? size.ecdsaCurve : undefined,
      }),
      name,
    );
    this.secret = new SigningKeySecret(this, "secret", {
      ...props.secret,
      privateKeyPem: generator.attribute("private_key_pem"),
      isEphemeral: true,
      terraformName: name,
      tags,
    });
    const { version } = this.secret;
    const relay = new PublicKeyOfSecret(this, "public-key", {
      ...props,
      secretId: version.secretId,
      versionId: version.versionId,
    });
    this.publicKeyPem = relay.publicKeyPem;
    this.resources = [...this.secret.resources, relay.resource];
  }
}
