import { escapeControls, formatValue } from "./format-value";
import { formatPath, type Path, type Violation } from "./violation";

/** How a surface calls a property. */
export type FormatPath = (path: Path) => string;

/**
 * The one sentence of a violation: the property, the rule, what was given.
 *
 * @param nameOf how the surface calls a property; of the properties in braces in a rule, too
 * @returns such as `secret.recoveryWindowInDays must be a whole number from 7 to 30, or 0, got 5`
 */
export function formatViolation(violation: Violation, nameOf: FormatPath = formatPath): string {
  const rule = violation.rule.replace(
    /(?<![$%])\{([a-z]\w*(?:\.\w+)*)\}/g,
    (_, reference: string) => nameOf(reference.split(".")),
  );
  const given = "given" in violation ? `, got ${formatValue(violation.given)}` : "";
  return `${escapeControls(nameOf(violation.path))} ${rule}${given}`.trimStart();
}
