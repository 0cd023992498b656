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
export { roleViolations } from "./role-violations";
export type { NamedPolicyArn, ServiceAccountRoleProps } from "./role-props";
export {
  type AnnotatedServiceAccount,
  ServiceAccountRole,
  type WebhookMapEntry,
} from "./service-account-role";
export type { TrustedIssuer } from "./trust-policy";
