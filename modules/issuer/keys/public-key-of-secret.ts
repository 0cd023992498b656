import { Fn, type TerraformResource } from "cdktf";
import { Construct } from "constructs";
import { addressed, EphemeralResource } from "../../synthesis";
import { CertificateRequestRelay } from "./certificate-request-relay";
import { ParameterRelay } from "./parameter-relay";
import type { PublicKeyRelay, Relay, RelayProps } from "./relay";

/** Props of {@link PublicKeyOfSecret}. */
export interface PublicKeyOfSecretProps extends Omit<RelayProps, "privateKeyPem"> {
  /** The secret with the private key: PEM, or base64 of it. */
  readonly secretId: string;
  /** @default "ssm-parameter" */
  readonly publicKeyRelay?: PublicKeyRelay;
}

/**
 * The public half of a private key in Secrets Manager, which Terraform reads in each run. What is published
 * is derived from what is stored, never from what was generated: an ephemeral key is another one in every
 * run.
 */
export class PublicKeyOfSecret extends Construct implements Relay {
  readonly publicKeyPem: string;
  readonly resource: TerraformResource;

  constructor(scope: Construct, id: string, props: PublicKeyOfSecretProps) {
    super(scope, id);
    const secret = addressed(
      new EphemeralResource(this, "private-key", "aws_secretsmanager_secret_version", {
        secret_id: props.secretId,
        version_id: props.versionId,
      }),
      props.name,
    ).attribute("secret_string");
    const privateKeyPem = Fn.try([Fn.base64decode(secret), secret]) as string;
    const relay =
      props.publicKeyRelay === "certificate-request"
        ? new CertificateRequestRelay(this, "relay", { ...props, privateKeyPem })
        : new ParameterRelay(this, "relay", { ...props, privateKeyPem });
    this.publicKeyPem = relay.publicKeyPem;
    this.resource = relay.resource;
  }
}
