import { SecretsmanagerSecret } from "@cdktf/provider-aws/lib/secretsmanager-secret";
import { SecretsmanagerSecretVersion } from "@cdktf/provider-aws/lib/secretsmanager-secret-version";
import type { PrivateKey } from "@cdktf/provider-tls/lib/private-key";
import { Fn, type ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { addressed, assertValid, violations } from "../terraform";
import { secretNameRules } from "./names";

/** How the private signing key is kept in AWS Secrets Manager. */
export interface SecretProps {
  /** The secret's name, such as `talos/prod`. */
  readonly name: string;
}

/** Props of {@link SigningKeySecret}. */
export interface SigningKeySecretProps extends SecretProps {
  readonly key: PrivateKey;
  /** What must be published before the key can be read: no token shall precede its public key. */
  readonly after: readonly ITerraformDependable[];
}

/**
 * The private signing key in AWS Secrets Manager, as base64 of its PKCS#1 or SEC1 PEM: the form of
 * Talos' `cluster.serviceAccount.key`.
 */
export class SigningKeySecret extends Construct {
  /** The ARN of the secret. */
  readonly arn: string;

  constructor(scope: Construct, id: string, props: SigningKeySecretProps) {
    super(scope, id);
    assertValid(violations("secret name", props.name, secretNameRules));

    const secret = addressed(
      new SecretsmanagerSecret(this, "secret", { name: props.name }),
      "signing_key",
    );
    addressed(
      new SecretsmanagerSecretVersion(this, "version", {
        secretId: secret.id,
        secretString: Fn.base64encode(props.key.privateKeyPem),
        dependsOn: [...props.after],
      }),
      "signing_key",
    );
    this.arn = secret.arn;
  }
}
