import { z } from "zod";
import { type NameRule, type RangeRule, rangeSchema, stringSchema } from "../modules/validation";

/*
 * Kinds of properties of `irsa.yaml`. Each has its type, checked when the file is read; its description,
 * default and rules are for the JSON Schema. That the rules hold is checked by the constructs' own checks.
 */

/** A string that is required. */
export function text(description: string, rules: readonly NameRule[] = []) {
  return z.string().meta({ description, ...stringSchema(rules) });
}

/** A string that may be left out; the description ends with what is the case then. */
export function optionalText(description: string, rules: readonly NameRule[] = []) {
  return z
    .string()
    .optional()
    .meta({ description, ...stringSchema(rules) });
}

/** A string out of few. */
export function choice<const T extends readonly [string, ...string[]]>(
  description: string,
  values: T,
  byDefault?: T[number],
) {
  return z
    .enum(values)
    .optional()
    .meta({
      description: byDefault === undefined ? description : `${description} Default: ${byDefault}.`,
      ...(byDefault !== undefined && { default: byDefault }),
    });
}

/** True or false. */
export function flag(description: string, byDefault = false) {
  return z
    .boolean()
    .optional()
    .meta({ description: `${description} Default: ${byDefault}.`, default: byDefault });
}

/** A whole number. */
export function range(description: string, rule: RangeRule, byDefault: number) {
  return z
    .number()
    .optional()
    .meta({
      description: `${description} Default: ${byDefault}.`,
      ...rangeSchema(rule),
      default: byDefault,
    });
}

/** Bounds of a list's length, for the JSON Schema. */
export interface ListBounds {
  readonly minItems?: number;
  readonly maxItems?: number;
}

/** A list of strings, each following the rules. */
export function texts(description: string, rules: readonly NameRule[] = [], bounds?: ListBounds) {
  return z.array(z.string().meta(stringSchema(rules))).meta({ description, ...bounds });
}

/** A list of strings that may be left out. */
export function optionalTexts(
  description: string,
  rules: readonly NameRule[] = [],
  bounds?: ListBounds,
) {
  return texts(description, rules, { ...bounds, ...{ uniqueItems: true } }).optional();
}
