export {
  type ApiServerTraits,
  type ApiServerTraitsProps,
  deriveApiServerTraits,
  type Distribution,
  isKubernetesVersion,
} from "./api-server";
export type { ApiServerJwks, FreshToken, PublishedJwks, RotationEvidence } from "./evidence";
export { AmbiguousKeyError, type KeyRotationProps, type RotatingKey } from "./key-facts";
export type {
  ApiServerIssuers,
  IssuerMigrationProps,
  ListedRole,
  MigrationEvidence,
  MovingIssuer,
} from "./issuer-facts";
export {
  type IssuerMigrationPlan,
  type IssuerStatus,
  planIssuerMigration,
} from "./issuer-migration";
export { type KeyRotationPlan, type KeyStatus, planKeyRotation } from "./key-rotation";
export {
  type Check,
  type CheckResult,
  isReady,
  type IssuerEdit,
  type KeyEdit,
  type Step,
} from "./step";
export { isoTime } from "./times";
