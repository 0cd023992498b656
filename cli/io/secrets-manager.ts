import { loadAwsClients } from "./load-aws-clients";
import { presentable } from "./presentable";
import { UsageError } from "./usage-error";

/** A secret of AWS Secrets Manager. */
export interface SecretReference {
  readonly arn: string;
  readonly versionId: string;
  /** @default - that of the environment */
  readonly profile?: string;
}

/** A secret by its ARN or its name, and where to look for it. */
export interface NamedSecret {
  readonly id: string;
  /** @default - the current version */
  readonly versionId?: string;
  /** @default - the ARN's, else that of the environment or the profile */
  readonly region?: string;
  /** @default - that of the environment */
  readonly profile?: string;
}

/** What to do, by the name of the error that the SDK throws. */
const remedies: Readonly<Record<string, string>> = {
  AccessDeniedException:
    "it needs secretsmanager:GetSecretValue on the secret, and kms:Decrypt on its key",
  CredentialsProviderError: "sign in (aws sso login), or choose a profile with AWS_PROFILE",
  DecryptionFailure: "it needs kms:Decrypt on the secret's key",
  ExpiredTokenException: "sign in again",
  InvalidRequestException:
    "a secret that is marked for deletion is restored by aws secretsmanager restore-secret",
  ResourceNotFoundException: "check the account and the profile (aws sts get-caller-identity)",
  UnrecognizedClientException: "sign in again, or choose another profile with AWS_PROFILE",
};

/**
 * Reads a version of a secret by its ARN. The region is that of the ARN.
 *
 * @throws {UsageError} it cannot be read, and what to do
 */
export async function readSecret({ arn, ...version }: SecretReference): Promise<string> {
  if (!isSecretArn(arn)) throw new UsageError(`${presentable(arn)} is not the ARN of a secret`);
  return readNamedSecret({ id: arn, ...version });
}

/** Whether a string is the ARN of a secret. */
export function isSecretArn(text: string): boolean {
  return text.split(":")[2] === "secretsmanager";
}

/**
 * Reads a secret with the credentials that the AWS SDK finds: environment, profiles, SSO, roles.
 *
 * @throws {UsageError} it cannot be read, and what to do
 */
export async function readNamedSecret(secret: NamedSecret): Promise<string> {
  const { id, versionId, profile } = secret;
  const region = secret.region ?? (isSecretArn(id) ? id.split(":")[3] : undefined);
  const { GetSecretValueCommand, SecretsManagerClient } = await loadAwsClients();
  const client = new SecretsManagerClient({
    ...(region !== undefined && { region }),
    ...(profile !== undefined && { profile }),
  });
  try {
    const command = new GetSecretValueCommand({ SecretId: id, VersionId: versionId });
    return (await client.send(command)).SecretString ?? "";
  } catch (error) {
    const { name, message, code = "" } = error as Error & { readonly code?: string };
    const what = message === "" ? code : message;
    // Errors of the SDK itself have no name of their own.
    const reason = presentable(name === "Error" ? what : `${name}: ${what}`);
    const remedy = message === "Region is missing" ? "name it with --region" : remedies[name];
    throw new UsageError(
      `the secret ${presentable(id)} cannot be read: ${reason}${remedy === undefined ? "" : `; ${remedy}`}`,
    );
  } finally {
    client.destroy();
  }
}
