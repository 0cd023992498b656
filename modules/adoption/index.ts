export { adoptCluster, type Adoption } from "./adopt";
export { type ExpectedPlan, expectPlan, formatImports } from "./expected-plan";
export { bucketOfUrl } from "./hosting";
export type { KeySecret } from "./keys";
export type {
  ExistingBucket,
  ExistingObject,
  ExistingProvider,
  ExistingRole,
  Published,
  Setup,
  Tags,
  Unread,
} from "./setup";
export { trustsProvider } from "./trust-policy";
