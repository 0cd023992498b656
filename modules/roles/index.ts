export {
  Policies,
  policyCatalogue,
  type PolicyDefinition,
  type PolicyFactory,
  type PolicyOptions,
  type PolicySource,
} from "./policies";
export type { PolicyCondition, PolicyStatement } from "./policy-document";
export type { RolePolicy } from "./role-policy";
export { primaryAccounts, rolesViolations } from "./role-set";
export { roleViolations } from "./role-violations";
export { roleWarningRules, roleWarnings } from "./role-warnings";
export type { NamedPolicyArn, ServiceAccountRoleProps } from "./role-props";
export {
  type AnnotatedServiceAccount,
  ServiceAccountRole,
  type WebhookMapEntry,
} from "./service-account-role";
export type { TrustedIssuer } from "./trust-policy";
