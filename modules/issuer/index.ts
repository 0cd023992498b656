export { type DocumentHosting, type IssuerDocuments } from "./hosting";
export {
  IdentityProvider,
  type IdentityProviderProps,
  stsAudience,
  type Thumbprint,
} from "./identity-provider";
export { IrsaIssuer, type IrsaIssuerProps, type JwksComputation } from "./irsa-issuer";
export {
  FunctionKeys,
  type FunctionKeysProps,
  ProgramKeys,
  type ProgramKeysProps,
  type PublishedKeys,
} from "./published-keys";
export { S3Hosting, type S3HostingProps } from "./s3-hosting";
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
} from "./signing-keys";
