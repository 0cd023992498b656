export {
  type ApiServerTraits,
  type ApiServerTraitsProps,
  deriveApiServerTraits,
  type Distribution,
  isKubernetesVersion,
} from "./api-server";
export type { ApiServerJwks, FreshToken, PublishedJwks, RotationEvidence } from "./evidence";
export {
  AmbiguousKeyError,
  isoTime,
  type KeyRotationPlan,
  type KeyRotationProps,
  type KeyStatus,
  planKeyRotation,
  type RotatingKey,
} from "./key-rotation";
export { type Check, type CheckResult, type Edit, isReady, type Step } from "./step";
