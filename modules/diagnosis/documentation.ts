/** Where the rules are documented. */
export const documentation = {
  createProvider:
    "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_oidc.html",
  createProviderApi:
    "https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateOpenIDConnectProvider.html",
  thumbprint:
    "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_oidc_verify-thumbprint.html",
  assumeRole:
    "https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html",
  conditionOperators:
    "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html",
  conditionKeys:
    "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html",
  arns: "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html",
  organizations:
    "https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html",
  discovery: "https://openid.net/specs/openid-connect-discovery-1_0.html",
  jwk: "https://www.rfc-editor.org/rfc/rfc7517",
  jwa: "https://www.rfc-editor.org/rfc/rfc7518#section-6.3",
  issuerDiscovery:
    "https://kubernetes.io/docs/tasks/configure-pod-container/configure-service-account/#service-account-issuer-discovery",
  serviceAccountTokens:
    "https://kubernetes.io/docs/reference/access-authn-authz/service-accounts-admin/",
  projectedTokens:
    "https://kubernetes.io/docs/concepts/storage/projected-volumes/#serviceaccounttoken",
  apiServerFlags:
    "https://kubernetes.io/docs/reference/command-line-tools-reference/kube-apiserver/",
  admissionWebhooks:
    "https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/",
  webhook: "https://github.com/aws/amazon-eks-pod-identity-webhook",
  webhookSetup:
    "https://github.com/aws/amazon-eks-pod-identity-webhook/blob/master/SELF_HOSTED_SETUP.md",
  sdkCredentials: "https://docs.aws.amazon.com/sdkref/latest/guide/standardized-credentials.html",
  regionalEndpoints:
    "https://docs.aws.amazon.com/sdkref/latest/guide/feature-sts-regionalized-endpoints.html",
} as const;
