/**
 * What commands use of the AWS SDK, which is bundled without the rest: loaded by the commands that
 * need it alone.
 */
export {
  GetOpenIDConnectProviderCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  IAMClient,
  ListAttachedRolePoliciesCommand,
  ListOpenIDConnectProvidersCommand,
  ListRolePoliciesCommand,
  ListRolesCommand,
} from "@aws-sdk/client-iam";
export { GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
export { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
export { parseXML } from "@aws-sdk/xml-builder";
export { SignatureV4 } from "@smithy/signature-v4";
