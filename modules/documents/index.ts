export * from "./errors";
export {
  type DiscoveryDocument,
  discoveryDocument,
  type DiscoveryDocumentProps,
} from "./discovery-document";
export { type IssuerUrl, issuerUrl, type ObjectKeys, objectKeys } from "./issuer-url";
export type { EcPublicJwk, PublicJwk, RsaPublicJwk, SigningAlgorithm } from "./jwk";
export { jwks } from "./jwks";
export { keyId } from "./key-id";
export { readPublicKeys } from "./read-public-keys";
