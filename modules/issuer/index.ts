export {
  CloudFrontHosting,
  type CloudFrontHostingProps,
  type DocumentHosting,
  type HostingProps,
  type IssuerDocuments,
  checkRegisteredIssuerUrl,
  knownIssuerUrl,
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
export {
  IrsaIssuer,
  type IrsaIssuerProps,
  issuerViolations,
  type JwksComputation,
} from "./irsa-issuer";
export type { KeyAlgorithm } from "./keys/key-algorithms";
export {
  type ExistingIssuer,
  existingIssuer,
  type IssuerIdentity,
  type PreviousIssuer,
} from "./previous-issuers";
export { tagViolations } from "./tags";
export {
  FunctionKeys,
  type FunctionKeysProps,
  knownKeys,
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
  isGiven,
  type KeySource,
  signingSource,
  SigningKeys,
  type SigningKeysProps,
  type UnknownKey,
} from "./keys/signing-keys";
