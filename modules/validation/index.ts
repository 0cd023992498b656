export { assertValid, InvalidPropsError } from "./invalid-props-error";
export { type NameRule, preconditions, validate, violations } from "./name-rule";
export { isPresentable, shown } from "./format-value";
