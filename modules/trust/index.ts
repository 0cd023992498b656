export { type Decision, decideWebIdentity, type WebIdentityRequest } from "./decide";
export type { PublishedDocuments, RegisteredProvider } from "./web-identity";
