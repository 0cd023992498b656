import { SecretsmanagerSecret } from "@cdktf/provider-aws/lib/secretsmanager-secret";
import { SecretsmanagerSecretPolicy } from "@cdktf/provider-aws/lib/secretsmanager-secret-policy";
import { SecretsmanagerSecretVersion } from "@cdktf/provider-aws/lib/secretsmanager-secret-version";
import type { PrivateKey } from "@cdktf/provider-tls/lib/private-key";
import { Fn, type ITerraformDependable, Token } from "cdktf";
import { Construct } from "constructs";
import { addressed } from "../synthesis";
import { assertValid, type NameRule, violations } from "../validation";
import { regionRules } from "./hosting";
import { secretNameRules } from "./names";

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

const kmsKeyRules: readonly NameRule[] = [
  { pattern: "^[A-Za-z0-9:/_-]{1,2048}$", must: "be the ARN, id or alias of a KMS key" },
];

/** What is wrong with the props of a secret, one sentence a broken rule. */
export function secretViolations(props: SecretProps): string[] {
  const { name, recoveryWindowInDays: days, kmsKeyId, replicaRegions = [], policy } = props;
  return [
    ...violations("secret.name", name, secretNameRules),
    ...(kmsKeyId === undefined ? [] : violations("secret.kmsKeyId", kmsKeyId, kmsKeyRules)),
    ...(days === undefined || Token.isUnresolved(days) || isRecoveryWindow(days)
      ? []
      : [`secret.recoveryWindowInDays must be 0 or 7 to 30, got: ${days}`]),
    ...replicaRegions.flatMap((region, index) =>
      violations(`secret.replicaRegions[${index}]`, region, regionRules),
    ),
    ...(policy === undefined || Token.isUnresolved(policy) || isJsonObject(policy)
      ? []
      : ["secret.policy must be a JSON object"]),
  ];
}

function isRecoveryWindow(days: number): boolean {
  return days === 0 || (Number.isInteger(days) && days >= 7 && days <= 30);
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

  constructor(scope: Construct, id: string, props: SigningKeySecretProps) {
    super(scope, id);
    assertValid(secretViolations(props));
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
    this.arn = secret.arn;
  }
}
