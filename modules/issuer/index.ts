export {
  CloudFrontHosting,
  type CloudFrontHostingProps,
  type DocumentHosting,
  type HostingProps,
  type IssuerDocuments,
  S3Hosting,
  type S3HostingProps,
  SelfPublishedHosting,
  type SelfPublishedHostingProps,
} from "./hosting";
export {
  IdentityProvider,
  type IdentityProviderProps,
  stsAudience,
  type Thumbprint,
} from "./identity-provider";
export { IrsaIssuer, type IrsaIssuerProps, type JwksComputation } from "./irsa-issuer";
export type { KeyAlgorithm } from "./keys/key-algorithms";
export type { PreviousIssuer, IssuerIdentity } from "./previous-issuers";
export {
  FunctionKeys,
  type FunctionKeysProps,
  ProgramKeys,
  type PublishedKeys,
  type PublishedKeysProps,
} from "./keys/published-keys";
export {
  type SecretProps,
  SigningKeySecret,
  type SigningKeySecretProps,
} from "./signing-key-secret";
export {
  type GeneratedKey,
  type GivenKeys,
  type KeySource,
  SigningKeys,
  type SigningKeysProps,
  type UnknownKey,
} from "./keys/signing-keys";
