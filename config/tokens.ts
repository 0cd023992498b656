import { tokenViolations, type Violation } from "../modules/validation";
import { get } from "./paths";

/** A value without the tokens of CDKTF in it, which would be resolved past every check. */
export interface WithoutTokens {
  readonly value: unknown;
  readonly violations: readonly Violation[];
}

/** Takes every token of CDKTF out of a value that a user wrote, and reports each. */
export function withoutTokens(given: unknown): WithoutTokens {
  const violations = tokenViolations(given);
  if (violations.length === 0) return { value: given, violations };
  const value: unknown = structuredClone({ root: given });
  for (const { path, isAboutKey = false } of violations) {
    const whole = ["root", ...path];
    const parent = get(value, whole.slice(0, -1)) as object;
    const last = whole.at(-1) ?? "";
    if (isAboutKey) Reflect.deleteProperty(parent, last);
    else Reflect.set(parent, last, "?");
  }
  return { value: (value as { root: unknown }).root, violations };
}
