export { adoptCluster } from "./adopt";
export { type ExpectedPlan, expectPlan, formatImports } from "./expected-plan";
export { bucketOfUrl } from "./hosting";
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
