export * from "./modules/documents";
export {
  CloudFrontHosting,
  type CloudFrontHostingProps,
  type DocumentHosting,
  FunctionKeys,
  type FunctionKeysProps,
  type GeneratedKey,
  type GivenKeys,
  type HostingProps,
  IdentityProvider,
  type IdentityProviderProps,
  IrsaIssuer,
  type IrsaIssuerProps,
  type IssuerDocuments,
  type IssuerIdentity,
  type JwksComputation,
  type KeyAlgorithm,
  type KeySource,
  type PreviousIssuer,
  ProgramKeys,
  type PublishedKeys,
  type PublishedKeysProps,
  S3Hosting,
  type S3HostingProps,
  type SecretProps,
  SelfPublishedHosting,
  type SelfPublishedHostingProps,
  SigningKeys,
  SigningKeySecret,
  type SigningKeySecretProps,
  type SigningKeysProps,
  stsAudience,
  type Thumbprint,
  type UnknownKey,
} from "./modules/issuer";
export * from "./modules/roles";
export { InvalidPropsError } from "./modules/validation";
export { type BackendProps } from "./stacks/backend";
export { ClusterStack, type ClusterStackProps } from "./stacks/cluster-stack";
export { IrsaStack, type IrsaStackProps } from "./stacks/irsa-stack";
