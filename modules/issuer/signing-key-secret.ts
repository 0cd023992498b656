import { SecretsmanagerSecret } from "@cdktf/provider-aws/lib/secretsmanager-secret";
import { SecretsmanagerSecretVersion } from "@cdktf/provider-aws/lib/secretsmanager-secret-version";
import type { PrivateKey } from "@cdktf/provider-tls/lib/private-key";
import { Fn, type ITerraformDependable, Token } from "cdktf";
import { Construct } from "constructs";
import { addressed, assertValid, violations } from "../terraform";
import { secretNameRules } from "./names";

/** How the private signing key is kept in AWS Secrets Manager. */
export interface SecretProps {
  /** The secret's name, such as `talos/prod`. */
  readonly name: string;
  /**
   * Days for which Secrets Manager keeps the secret, and its name, after it is destroyed: 7 to 30, or 0
   * for none.
   * @default - 30, as AWS does
   */
  readonly recoveryWindowInDays?: number;
}

/** Props of {@link SigningKeySecret}. */
export interface SigningKeySecretProps extends SecretProps {
  readonly key: PrivateKey;
  /** @default - no tags */
  readonly tags?: Readonly<Record<string, string>>;
  /** What must be published before the key can be read: no token shall precede its public key. */
  readonly after: readonly ITerraformDependable[];
}

/**
 * The private signing key in AWS Secrets Manager, as base64 of its PKCS#1 or SEC1 PEM: the form of
 * Talos' `cluster.serviceAccount.key`.
 *
 * @throws {InvalidPropsError} the name or the recovery window is not what Secrets Manager takes
 */
export class SigningKeySecret extends Construct {
  /** The ARN of the secret. */
  readonly arn: string;

  constructor(scope: Construct, id: string, props: SigningKeySecretProps) {
    super(scope, id);
    assertValid([
      ...violations("secret name", props.name, secretNameRules),
      ...recoveryWindowViolations(props.recoveryWindowInDays),
    ]);

    const secret = addressed(
      new SecretsmanagerSecret(this, "secret", {
        name: props.name,
        recoveryWindowInDays: props.recoveryWindowInDays,
        tags: props.tags,
      }),
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

function recoveryWindowViolations(days: number | undefined): string[] {
  const valid = days === undefined || Token.isUnresolved(days) || isRecoveryWindow(days);
  return valid ? [] : [`recoveryWindowInDays must be 0 or 7 to 30, got: ${days}`];
}

function isRecoveryWindow(days: number): boolean {
  return days === 0 || (Number.isInteger(days) && days >= 7 && days <= 30);
}
