import type { NameRule } from "./name-rule";
import type { RangeRule } from "./violation";

/** Keywords of JSON Schema that restrict a string. */
export interface StringSchema {
  readonly [keyword: string]: unknown;
  readonly pattern?: string;
  readonly not?: { readonly pattern: string };
  readonly allOf?: readonly StringSchema[];
}

/**
 * Rules for a string as keywords of JSON Schema, so that editors refuse what the rules refuse.
 *
 * @see {@link https://json-schema.org/draft/2020-12/json-schema-validation#section-6.3.3 JSON Schema, pattern}
 */
export function stringSchema(rules: readonly NameRule[]): StringSchema {
  const schemas = rules.map(({ pattern, forbidden = false }) =>
    forbidden ? { not: { pattern } } : { pattern },
  );
  const [only, ...more] = schemas;
  return more.length === 0 ? (only ?? {}) : { allOf: schemas };
}

/** A range as keywords of JSON Schema. */
export function rangeSchema({ least, greatest, or }: RangeRule): object {
  const range = {
    minimum: least,
    ...(greatest === Infinity ? {} : { maximum: greatest }),
  };
  return or === undefined
    ? { type: "integer", ...range }
    : { type: "integer", anyOf: [{ const: or }, range] };
}
