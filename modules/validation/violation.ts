import { Token } from "cdktf/lib/tokens";
import { formatValue } from "./format-value";
import type { NameRule } from "./name-rule";

/** The way to a value: names of properties and positions in lists. */
export type Path = readonly (string | number)[];

/**
 * A value that breaks a rule, as data: each surface (`irsa.yaml`, a construct, the command line)
 * renders it with its own names and place, and nobody takes a sentence apart.
 */
export interface Violation {
  /** The way to the value, such as `["secret", "recoveryWindowInDays"]`. */
  readonly path: Path;
  /**
   * Completes the sentence that begins with the property: "must be …", "is missing". Names another
   * property in braces, `{issuerUrl}`, which each surface writes its own way.
   */
  readonly rule: string;
  /** The value, raw; absent where showing it helps nobody. */
  readonly given?: unknown;
  /**
   * The mistake is the property's name rather than its value.
   * @default false
   */
  readonly isAboutKey?: boolean;
}

/** A whole number with its bounds. */
export interface RangeRule {
  readonly least: number;
  readonly greatest: number;
  /**
   * A value outside the bounds that is accepted, too.
   * @default - none
   */
  readonly or?: number;
}

/**
 * Checks a string against rules.
 *
 * @returns one violation for each rule that is violated; none for an unresolved token
 */
export function checkText(path: Path, value: string, rules: readonly NameRule[]): Violation[] {
  if (Token.isUnresolved(value)) return [];
  return rules
    .filter(({ pattern, forbidden = false }) => new RegExp(pattern, "u").test(value) === forbidden)
    .map(({ must }) => ({ path, rule: `must ${must}`, given: value }));
}

/** Checks each string of a list against rules, at its own position. */
export function checkEach(
  path: Path,
  values: readonly string[] | undefined,
  rules: readonly NameRule[],
): Violation[] {
  if (values === undefined || Token.isUnresolved(values)) return [];
  return values.flatMap((value, index) => checkText([...path, index], value, rules));
}

/** Checks a whole number; none for an unresolved token. */
export function checkRange(path: Path, value: number | undefined, rule: RangeRule): Violation[] {
  if (value === undefined || Token.isUnresolved(value) || isInRange(value, rule)) return [];
  return [{ path, rule: `must ${rangeText(rule)}`, given: value }];
}

/** "be a whole number from 7 to 30, or 0": completes "NAME must …". */
export function rangeText({ least, greatest, or }: RangeRule): string {
  const bounds =
    greatest === Infinity
      ? `be a whole number of at least ${least}`
      : `be a whole number from ${least} to ${greatest}`;
  return or === undefined ? bounds : `${bounds}, or ${or}`;
}

function isInRange(value: number, { least, greatest, or }: RangeRule): boolean {
  return Number.isInteger(value) && ((value >= least && value <= greatest) || value === or);
}

/** Reports each value of a list that repeats an earlier one, at its position. */
export function checkUnique(path: Path, values: readonly string[] | undefined): Violation[] {
  if (values === undefined || Token.isUnresolved(values)) return [];
  const first = new Map<string, number>();
  return values.flatMap((value, index) => {
    const earlier = first.get(value);
    if (earlier !== undefined) {
      return [{ path: [...path, index], rule: "must not repeat another entry", given: value }];
    }
    first.set(value, index);
    return [];
  });
}

/** Checks a list that needs at least one entry, each once and following the rules. */
export function checkList(
  path: Path,
  values: readonly string[] | undefined,
  rules: readonly NameRule[],
): Violation[] {
  if (values === undefined || Token.isUnresolved(values)) return [];
  if (values.length === 0) return [{ path, rule: "must have at least one entry", given: values }];
  return [...checkEach(path, values, rules), ...checkUnique(path, values)];
}

/** Violations found below a property, seen from its owner. */
export function under(prefix: Path, violations: readonly Violation[]): Violation[] {
  return violations.map((violation) => ({ ...violation, path: [...prefix, ...violation.path] }));
}

/** `["clusters", 0, "bucket"]` as `clusters[0].bucket`. */
export function formatPath(path: Path): string {
  return path.reduce<string>((text, part) => {
    if (typeof part === "number") return `${text}[${part}]`;
    const name = /^[\w$-]{1,59}$/.test(part) ? part : formatValue(part);
    if (name !== part) return `${text}[${name}]`;
    return text === "" ? name : `${text}.${name}`;
  }, "");
}
