export {
  ExistingIssuer,
  type ExistingIssuerProps,
  existingIssuerViolations,
  type IrsaIssuerAttributes,
} from "./existing-issuer";
export {
  type AccessLogsProps,
  type BucketProps,
  type CloudFrontHostingProps,
  type CustomDomain,
  Hosting,
  type S3HostingProps,
  type S3VirtualHostedHostingProps,
  type SelfPublishedHostingProps,
} from "./hosting";
export type { IdentityProviderOptions, Thumbprint } from "./identity-provider";
export { IrsaIssuer } from "./irsa-issuer";
export {
  type IIrsaIssuer,
  IssuerBase,
  type IssuerIdentity,
  type IssuerRoleProps,
} from "./issuer-base";
export {
  defaultKeys,
  type IrsaIssuerProps,
  issuerViolations,
  type JwksComputation,
} from "./issuer-props";
export type { KeyAlgorithm } from "./keys/key-algorithms";
export { FileAsset, knownKeys } from "./keys/published-keys";
export type { PublicKeyRelay } from "./keys/relay";
export {
  type GeneratedKeyOptions,
  type GivenKeyOptions,
  type KeptKeyOptions,
  SigningKey,
  type StoredKeyOptions,
} from "./keys/signing-key";
export { findSigningKey, isGiven } from "./keys/signing-keys";
export { defaultIssuerName, type HostedIssuer } from "./issuer-publication";
export type { PreviousIssuer } from "./previous-issuers";
export { addSecretPolicy, secretConfig, type SecretProps } from "./signing-key-secret";
