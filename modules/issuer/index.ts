export { type DocumentHosting, type IssuerDocuments } from "./hosting";
export { IdentityProvider, type IdentityProviderProps, stsAudience } from "./identity-provider";
export { IrsaIssuer, type IrsaIssuerProps } from "./irsa-issuer";
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
} from "./signing-keys";
