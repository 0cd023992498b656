export type { ApiServerArgs, TalosForm } from "./modules/cluster";
export {
  type CommonJwk,
  type EcPublicJwk,
  type KeyIdSource,
  type PublicJwk,
  readPublicKeys,
  type ReadPublicKeysOptions,
  type RsaPublicJwk,
  type SigningAlgorithm,
} from "./modules/documents";
export {
  type AccessLogsProps,
  type BucketProps,
  type CloudFrontHostingProps,
  type CustomDomain,
  ExistingIssuer,
  type ExistingIssuerProps,
  type GeneratedKeyOptions,
  type GivenKeyOptions,
  type HostedIssuer,
  Hosting,
  type IdentityProviderOptions,
  type IIrsaIssuer,
  IrsaIssuer,
  type IrsaIssuerAttributes,
  type IrsaIssuerProps,
  IssuerBase,
  type IssuerIdentity,
  type IssuerRoleProps,
  type JwksComputation,
  type KeptKeyOptions,
  type KeyAlgorithm,
  type PreviousIssuer,
  type PublicKeyRelay,
  type S3HostingProps,
  type S3VirtualHostedHostingProps,
  type SecretProps,
  type SelfPublishedHostingProps,
  SigningKey,
  type StoredKeyOptions,
  type Thumbprint,
} from "./modules/issuer";
export {
  type AnnotatedServiceAccount,
  type NamedPolicyArn,
  Policies,
  type PolicyCondition,
  type PolicyDefinition,
  type PolicyFactory,
  type PolicyOptions,
  type PolicySource,
  type PolicyStatement,
  type RolePolicy,
  ServiceAccountRole,
  type ServiceAccountRoleProps,
  type TrustedIssuer,
  type WebhookMapEntry,
} from "./modules/roles";
export {
  type ControlPlaneProps,
  type EndpointProps,
  type ExternalWorkerProps,
  TalosCluster,
  type TalosAwsProps,
  type TalosClusterProps,
  type TalosClusterSettings,
  type TalosMachinesProps,
  type TalosNodeProps,
  type TalosProps,
  type Taints,
  type WorkerGroupProps,
} from "./modules/talos";
export { InvalidPropsError, type NameRule, type Path, type Violation } from "./modules/validation";
export { IssuerStack } from "./stacks/base-stack";
export { type AssumeRoleProps, type AwsAccountProps } from "./stacks/aws-account";
export { type BackendProps } from "./stacks/backend";
export type { BackendConfig } from "./stacks/backend-types";
export { ClusterStack, type ClusterStackProps } from "./stacks/cluster-stack";
export { IrsaStack, type IrsaStackProps } from "./stacks/irsa-stack";
