export { type PublicJwk, readPublicKeys } from "./modules/documents";
export {
  type AccessLogsProps,
  type BucketProps,
  type CloudFrontHostingProps,
  type CustomDomain,
  ExistingIssuer,
  type ExistingIssuerProps,
  type GeneratedKeyOptions,
  Hosting,
  type IIrsaIssuer,
  IrsaIssuer,
  type IrsaIssuerAttributes,
  type IrsaIssuerProps,
  type IssuerIdentity,
  type IssuerRoleProps,
  type JwksComputation,
  type KeyAlgorithm,
  type PreviousIssuer,
  type S3HostingProps,
  type S3VirtualHostedHostingProps,
  type SecretProps,
  type SelfPublishedHostingProps,
  SigningKey,
  type Thumbprint,
} from "./modules/issuer";
export * from "./modules/roles";
export { InvalidPropsError } from "./modules/validation";
export { type BackendProps } from "./stacks/backend";
export { ClusterStack, type ClusterStackProps } from "./stacks/cluster-stack";
export { IrsaStack, type IrsaStackProps } from "./stacks/irsa-stack";
