import { SecretsmanagerSecret } from "@cdktf/provider-aws/lib/secretsmanager-secret";
import { SecretsmanagerSecretPolicy } from "@cdktf/provider-aws/lib/secretsmanager-secret-policy";
import { SecretsmanagerSecretVersion } from "@cdktf/provider-aws/lib/secretsmanager-secret-version";
import type { PrivateKey } from "@cdktf/provider-tls/lib/private-key";
import { Fn, type ITerraformDependable, Token } from "cdktf";
import { Construct } from "constructs";
import { addressed } from "../synthesis";
import {
  assertValid,
  checkEach,
  checkRange,
  checkText,
  checkUnique,
  kmsKeyIdRules,
  recoveryWindowRule,
  regionRules,
  secretNameRules,
  type Violation,
} from "../validation";

/** How the private signing key is kept in AWS Secrets Manager. */
export interface SecretProps {
  /** The secret's name, such as `talos/prod`. */
  readonly name: string;
  /**
   * What the secret holds: base64 of the PEM, as Talos takes it, or the PEM itself.
   * @default "base64"
   */
  readonly format?: "base64" | "pem";
  /**
   * Days for which Secrets Manager keeps the secret, and its name, after it is destroyed: 7 to 30, or 0
   * for none.
   * @default - 30, as AWS does
   */
  readonly recoveryWindowInDays?: number;
  /**
   * The ARN or id of the KMS key that encrypts the secret.
   * @default - the AWS managed key `aws/secretsmanager`
   */
  readonly kmsKeyId?: string;
  /**
   * Further regions that keep a copy.
   * @default - none
   */
  readonly replicaRegions?: readonly string[];
  /**
   * Resource policy as JSON; one that opens the secret to everyone is refused by AWS.
   * @default - none
   */
  readonly policy?: string;
}

/** Props of {@link SigningKeySecret}. */
export interface SigningKeySecretProps extends SecretProps {
  readonly key: PrivateKey;
  /** @default - no tags */
  readonly tags?: Readonly<Record<string, string>>;
  /** What must be published before the key can be read: no token shall precede its public key. */
  readonly after: readonly ITerraformDependable[];
}

/** What is wrong with the props of a secret, at paths that begin with `secret`. */
export function secretViolations(props: SecretProps): Violation[] {
  const { name, recoveryWindowInDays, kmsKeyId, replicaRegions, policy } = props;
  return [
    ...checkText(["secret", "name"], name, secretNameRules),
    ...(kmsKeyId === undefined ? [] : checkText(["secret", "kmsKeyId"], kmsKeyId, kmsKeyIdRules)),
    ...checkRange(["secret", "recoveryWindowInDays"], recoveryWindowInDays, recoveryWindowRule),
    ...checkEach(["secret", "replicaRegions"], replicaRegions, regionRules),
    ...checkUnique(["secret", "replicaRegions"], replicaRegions),
    ...(policy === undefined || Token.isUnresolved(policy) || isJsonObject(policy)
      ? []
      : [{ path: ["secret", "policy"], rule: "must be a JSON object" }]),
  ];
}

function isJsonObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}

/**
 * The private signing key in AWS Secrets Manager, as PKCS#1 (RSA) or SEC1 (EC), the forms that every
 * version of Talos reads.
 *
 * @throws {InvalidPropsError} see {@link secretViolations}
 */
export class SigningKeySecret extends Construct {
  /** The ARN of the secret. */
  readonly arn: string;
  /** The secret. */
  readonly resource: SecretsmanagerSecret;

  constructor(scope: Construct, id: string, props: SigningKeySecretProps) {
    super(scope, id);
    assertValid(secretViolations(props), this);
    const { key, format = "base64", policy, tags, replicaRegions } = props;

    const secret = addressed(
      new SecretsmanagerSecret(this, "secret", {
        name: props.name,
        kmsKeyId: props.kmsKeyId,
        recoveryWindowInDays: props.recoveryWindowInDays,
        replica: replicaRegions?.map((region) => ({ region })),
        tags: tags && { ...tags },
      }),
      "signing_key",
    );
    addressed(
      new SecretsmanagerSecretVersion(this, "version", {
        secretId: secret.id,
        secretString: format === "pem" ? key.privateKeyPem : Fn.base64encode(key.privateKeyPem),
        dependsOn: [...props.after],
      }),
      "signing_key",
    );
    if (policy !== undefined) {
      const secretArn = secret.arn;
      addressed(
        new SecretsmanagerSecretPolicy(this, "policy", {
          secretArn,
          policy,
          blockPublicPolicy: true,
        }),
        "signing_key",
      );
    }
    this.resource = secret;
    this.arn = secret.arn;
  }
}
