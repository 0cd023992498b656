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
export { buildJwks, readKeyIds } from "./jwks";
export { computeKeyId, type KeyIdSource } from "./key-id";
export { assertPublicJwk } from "./public-jwk";
export {
  type PublishedDocuments,
  type PublishedDocumentsProps,
  readPublishedDocuments,
} from "./published-documents";
export { readPublicKeys, type ReadPublicKeysOptions } from "./read-public-keys";
