import { SecretsmanagerSecret } from "@cdktf/provider-aws/lib/secretsmanager-secret";
import { SecretsmanagerSecretPolicy } from "@cdktf/provider-aws/lib/secretsmanager-secret-policy";
import { SecretsmanagerSecretVersion } from "@cdktf/provider-aws/lib/secretsmanager-secret-version";
import {
  Fn,
  type IResolvable,
  type ITerraformDependable,
  type Precondition,
  ref,
  type TerraformResource,
  TerraformStack,
  Token,
} from "cdktf";
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

/** What Terraform calls the secret of the generated key that signs. */
export const generatedSecretName = "signing_key";

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
   * Resource policy as JSON; one that opens the secret to everyone is refused by AWS. In a stack with a Talos
   * cluster the machine secrets get it, too: write the resource as `*`.
   * @default - none
   */
  readonly policy?: string;
}

/** Props of {@link SigningKeySecret}. */
export interface SigningKeySecretProps extends SecretProps {
  /** The private key as PEM, a token. */
  readonly privateKeyPem: string;
  /**
   * Whether the key is ephemeral: it is written once, and the state does not keep it.
   * @default false
   */
  readonly isEphemeral?: boolean;
  /** Names the Terraform resources. */
  readonly terraformName: string;
  /** @default - no tags */
  readonly tags?: Readonly<Record<string, string>>;
  /**
   * What must be published before the key can be read: no token shall precede its public key.
   * @default - nothing
   */
  readonly after?: readonly ITerraformDependable[];
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

/** The arguments of a secret, its format and policy aside. */
export function secretConfig(
  { name, kmsKeyId, recoveryWindowInDays, replicaRegions }: Omit<SecretProps, "format">,
  tags: Readonly<Record<string, string>> | undefined,
) {
  return {
    name,
    kmsKeyId,
    recoveryWindowInDays,
    replica: replicaRegions?.map((region) => ({ region })),
    tags: tags && { ...tags },
  };
}

/**
 * Says who may read a secret.
 *
 * @see {@link https://docs.aws.amazon.com/secretsmanager/latest/userguide/auth-and-access_resource-policies.html resource policies}
 */
export function addSecretPolicy(
  scope: Construct,
  id: string,
  props: {
    readonly secret: SecretsmanagerSecret;
    readonly policy: string;
    readonly terraformName: string;
  },
): SecretsmanagerSecretPolicy {
  const { secret, policy, terraformName } = props;
  return addressed(
    new SecretsmanagerSecretPolicy(scope, id, {
      secretArn: secret.arn,
      policy,
      blockPublicPolicy: true,
    }),
    terraformName,
  );
}

/**
 * The private signing key in AWS Secrets Manager, as PKCS#1 (RSA) or SEC1 (EC), the forms that every
 * version of Talos reads.
 *
 * @throws {InvalidPropsError} see {@link secretViolations}
 */
export class SigningKeySecret extends Construct {
  /** The secret. */
  readonly resource: SecretsmanagerSecret;
  /** The version of the secret that contains the key. */
  readonly version: SecretsmanagerSecretVersion;
  /** All of it. */
  readonly resources: readonly TerraformResource[];

  constructor(scope: Construct, id: string, props: SigningKeySecretProps) {
    super(scope, id);
    assertValid(secretViolations(props), this);
    const { format = "base64", policy, tags, terraformName } = props;
    const { privateKeyPem, isEphemeral = false, after } = props;
    const value = format === "pem" ? privateKeyPem : Fn.base64encode(privateKeyPem);

    this.resource = addressed(
      new SecretsmanagerSecret(this, "secret", {
        ...secretConfig(props, tags),
        // A secret of another name would get another key.
        lifecycle: isEphemeral ? { ignoreChanges: ["name"] } : undefined,
      }),
      terraformName,
    );
    this.version = addressed(
      new SecretsmanagerSecretVersion(this, "version", {
        secretId: this.resource.id,
        ...(isEphemeral
          ? { secretStringWo: value, secretStringWoVersion: 1 }
          : { secretString: value }),
        dependsOn: after && [...after],
        lifecycle: isEphemeral ? { postcondition: [this.isCurrent()] } : undefined,
      }),
      terraformName,
    );
    this.resources = [
      this.resource,
      this.version,
      ...(policy === undefined
        ? []
        : [addSecretPolicy(this, "policy", { secret: this.resource, policy, terraformName })]),
    ];
  }

  /** Someone may put another key into the secret, and give it to the cluster: nobody has published that one. */
  private isCurrent(): Precondition {
    const stages = Token.asList(ref("self.version_stages", TerraformStack.of(this)));
    return {
      condition: Fn.contains(stages, "AWSCURRENT") as IResolvable,
      errorMessage:
        "The secret ${self.arn} has got another value: its current version is not the key that Terraform made (version ${self.version_id}), and is published nowhere. To make that key current again: aws secretsmanager update-secret-version-stage --secret-id ${self.arn} --version-stage AWSCURRENT --move-to-version-id ${self.version_id} --remove-from-version-id ID-OF-THE-CURRENT-VERSION",
    };
  }
}
