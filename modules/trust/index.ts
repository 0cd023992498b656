export { type Decision, decideWebIdentity, type WebIdentityRequest } from "./decide";
export { type TrustRule, trustRules } from "./findings";
export type { PublishedDocuments, RegisteredProvider } from "./web-identity";
export { inspectWebIdentity, type UnsignedToken, type WebIdentityParts } from "./inspect";
