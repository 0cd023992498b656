export * from "./errors";
export {
  type DiscoveryDocument,
  buildDiscoveryDocument,
  type DiscoveryDocumentProps,
} from "./discovery-document";
export {
  buildObjectKeys,
  checkIssuerUrl,
  type IssuerUrl,
  type IssuerUrlOptions,
  type ObjectKeys,
  parseIssuerUrl,
} from "./issuer-url";
export type { CommonJwk, EcPublicJwk, PublicJwk, RsaPublicJwk, SigningAlgorithm } from "./jwk";
export { buildJwks } from "./jwks";
export { computeKeyId } from "./key-id";
export { readPublicKeys } from "./read-public-keys";
