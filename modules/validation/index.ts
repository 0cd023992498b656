export { type Finding, formatFinding, type Severity } from "./finding";
export { escapeControls, formatValue } from "./format-value";
export { formatViolation } from "./format-violation";
export { assertValid, InvalidPropsError } from "./invalid-props-error";
export { rangeSchema, stringSchema } from "./json-schema";
export type { NameRule } from "./name-rule";
export { privateJwkMembers, redactKeyMaterial } from "./redact";
export { isTokenLike, tokenViolations } from "./token-like";
export {
  checkEach,
  checkList,
  checkRange,
  checkText,
  checkUnique,
  formatPath,
  type Path,
  type RangeRule,
  rangeText,
  under,
  type Violation,
} from "./violation";
export * from "./rules";
export { nearestName } from "./suggestion";
export { checkTags } from "./tags";
export { describeUrlDifference } from "./url-difference";
