import { DataAwsSsmParameter } from "@cdktf/provider-aws/lib/data-aws-ssm-parameter";
import { SsmParameter } from "@cdktf/provider-aws/lib/ssm-parameter";
import { Fn, Op, type Precondition, ref, TerraformStack, Token } from "cdktf";
import { Construct } from "constructs";
import { addressed, addressOf, EphemeralResource } from "../../synthesis";
import { type KeyAlgorithm, keyAlgorithms } from "./key-algorithms";

/** Props of {@link PublicKeyRelay}. */
export interface PublicKeyRelayProps {
  /** The key's name. */
  readonly name: string;
  readonly algorithm: KeyAlgorithm;
  /** The secret with the private key: PEM, or base64 of it. */
  readonly secretId: string;
  /** The version of the secret: one version, one key. */
  readonly versionId: string;
  /** The name of the SSM parameter that takes the public key out of the ephemeral world. */
  readonly parameterName: string;
  /** @default - no tags */
  readonly tags?: Readonly<Record<string, string>>;
}

/**
 * The public half of a private key in Secrets Manager, as a value that is not ephemeral: Terraform reads
 * the secret in each run, derives the public key, and writes that alone to an SSM parameter, which it reads
 * back. What is published is derived from what is stored, never from what was generated: an ephemeral key
 * is another one in every run.
 */
export class PublicKeyRelay extends Construct {
  /** SubjectPublicKeyInfo in PEM, a token. */
  readonly publicKeyPem: string;
  /** The parameter that takes the public key out of the ephemeral world. */
  readonly parameter: SsmParameter;

  constructor(scope: Construct, id: string, props: PublicKeyRelayProps) {
    super(scope, id);
    const { name, versionId, tags } = props;
    const derived = this.derivePublicKey(props);
    this.parameter = addressed(
      new SsmParameter(this, "parameter", {
        name: props.parameterName,
        description:
          "Public half of a ServiceAccount signing key, from which the JWKS is computed.",
        type: "String",
        valueWo: derived,
        // Terraform writes again when this number changes: another version of the secret is another key.
        valueWoVersion: Token.asNumber(Fn.parseint(Fn.substr(Fn.sha1(versionId), 0, 7), 16)),
        // An apply that was killed leaves a parameter that no state knows.
        overwrite: true,
        tags: tags && { ...tags },
        // A key that is renamed keeps its parameter. The provider writes an empty value with a new description.
        lifecycle: { ignoreChanges: ["name", "description"] },
      }),
      name,
    );
    const relayed = new DataAwsSsmParameter(this, "relayed", {
      name: this.parameter.name,
      dependsOn: [this.parameter],
      lifecycle: { postcondition: this.postconditions(props, derived) },
    });
    this.publicKeyPem = addressed(relayed, name).insecureValue;
  }

  private derivePublicKey({ name, secretId, versionId }: PublicKeyRelayProps): string {
    const secret = addressed(
      new EphemeralResource(this, "private-key", "aws_secretsmanager_secret_version", {
        secret_id: secretId,
        version_id: versionId,
      }),
      name,
    ).attribute("secret_string");
    return addressed(
      new EphemeralResource(this, "public-key", "tls_public_key", {
        private_key_pem: Fn.try([Fn.base64decode(secret), secret]),
      }),
      name,
    ).attribute("public_key_pem");
  }

  private postconditions(
    { name, algorithm }: PublicKeyRelayProps,
    derived: string,
  ): Precondition[] {
    const { head, modulus } = keyAlgorithms[algorithm];
    const relayed = Token.asString(ref("self.insecure_value", TerraformStack.of(this)));
    const der = Fn.replace(relayed, "/-----[A-Z ]+-----|[^A-Za-z0-9+/=]/", "");
    const isOfKind = Fn.startswith(der, head);
    return [
      {
        condition: Op.eq(Fn.trimspace(relayed), Fn.trimspace(derived)),
        errorMessage: `The SSM parameter \${self.name} does not contain the public half of the signing key "${name}": someone else has changed it. Nothing is published. Find out who may write to it, then apply with -replace=${addressOf(this.parameter)}.`,
      },
      {
        condition:
          modulus === undefined ? isOfKind : Op.and(isOfKind, Fn.endswith(der, modulus.tail)),
        errorMessage: `The signing key "${name}" is not ${algorithm}${modulus === undefined ? "" : " with the exponent 65537"}.`,
      },
    ];
  }
}
