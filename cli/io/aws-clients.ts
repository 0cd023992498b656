/**
 * What commands use of the AWS SDK, which is bundled without the rest: loaded by the commands that
 * need it alone.
 */
export {
  GetOpenIDConnectProviderCommand,
  GetRoleCommand,
  IAMClient,
  ListOpenIDConnectProvidersCommand,
} from "@aws-sdk/client-iam";
export { GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
export { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
