import { presentable } from "./presentable";
import { UsageError } from "./usage-error";

/** A secret of AWS Secrets Manager. */
export interface SecretReference {
  readonly arn: string;
  readonly versionId: string;
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
 * Reads a secret with the credentials that the AWS SDK finds: environment, profiles, SSO, roles. The
 * region is that of the ARN.
 *
 * @throws {UsageError} it cannot be read, and what to do
 */
export async function readSecret({ arn, versionId }: SecretReference): Promise<string> {
  const [, , service, region = ""] = arn.split(":");
  if (service !== "secretsmanager") {
    throw new UsageError(`${presentable(arn)} is not the ARN of a secret`);
  }
  // The command says itself which Node it needs.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= "true";
  const { GetSecretValueCommand, SecretsManagerClient } =
    await import("@aws-sdk/client-secrets-manager");
  const client = new SecretsManagerClient({ region });
  try {
    const command = new GetSecretValueCommand({ SecretId: arn, VersionId: versionId });
    return (await client.send(command)).SecretString ?? "";
  } catch (error) {
    const { name, message, code = "" } = error as Error & { readonly code?: string };
    const reason = presentable(`${name}: ${message === "" ? code : message}`);
    const remedy = remedies[name];
    throw new UsageError(
      `the secret ${presentable(arn)} cannot be read: ${reason}${remedy === undefined ? "" : `; ${remedy}`}`,
    );
  } finally {
    client.destroy();
  }
}
