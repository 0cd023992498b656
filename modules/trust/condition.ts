import { hasWildcard, matchesWildcard } from "../iam/wildcard";
import type { TrustRuleName } from "./findings";

/** What a request brings along, by condition key in lower case. */
export type RequestContext = ReadonlyMap<string, readonly string[]>;

/** Whether a part of a statement holds, and what was compared to tell. */
export interface PartResult {
  /** Undefined when this evaluation cannot tell. */
  readonly holds: boolean | undefined;
  /** What is reported where the part does not hold. */
  readonly rule: TrustRuleName;
  /** What was compared, in one sentence. */
  readonly why: string;
  readonly expected?: string;
  readonly actual?: string;
}

interface Comparison {
  readonly matches: (value: string, wanted: string) => boolean;
  readonly negated: boolean;
}

const same = (value: string, wanted: string) => value === wanted;
const sameIgnoringCase = (value: string, wanted: string) =>
  value.toLowerCase() === wanted.toLowerCase();

const comparisons: Readonly<Record<string, Comparison>> = {
  StringEquals: { matches: same, negated: false },
  StringNotEquals: { matches: same, negated: true },
  StringEqualsIgnoreCase: { matches: sameIgnoringCase, negated: false },
  StringNotEqualsIgnoreCase: { matches: sameIgnoringCase, negated: true },
  StringLike: { matches: matchesWildcard, negated: false },
  StringNotLike: { matches: matchesWildcard, negated: true },
};

/** Operators of IAM that no claim of a ServiceAccount token is compared with. */
const otherOperators =
  /^(Numeric(Not)?Equals|Numeric(Less|Greater)Than(Equals)?|Date(Not)?Equals|Date(Less|Greater)Than(Equals)?|Bool|BinaryEquals|(Not)?IpAddress|Arn(Not)?(Equals|Like)|Null)$/;

interface Operator {
  readonly set: "ForAnyValue" | "ForAllValues" | undefined;
  readonly name: string;
  readonly ifExists: boolean;
}

function parseOperator(text: string): Operator {
  const [, set, name = "", ifExists] =
    /^(?:(ForAnyValue|ForAllValues):)?(.*?)(IfExists)?$/s.exec(text) ?? [];
  return { set: set as Operator["set"], name, ifExists: ifExists !== undefined };
}

/** Whether IAM knows a condition operator, such as `ForAnyValue:StringLikeIfExists`. */
export function isOperator(text: string): boolean {
  const { name, ifExists } = parseOperator(text);
  return (
    (Object.hasOwn(comparisons, name) || otherOperators.test(name)) &&
    !(name === "Null" && ifExists)
  );
}

/**
 * Evaluates one condition key of a statement.
 *
 * A key that the request does not have makes a condition false, except under a negated operator, under
 * `…IfExists` and under `ForAllValues:`, where it makes it true.
 *
 * @param operator one that {@link isOperator} knows
 * @see {@link https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html Condition operators}
 * @see {@link https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html Set operators for multivalued context keys}
 */
export function evaluateCondition(
  operator: string,
  key: string,
  wanted: readonly string[],
  context: RequestContext,
): PartResult {
  const values = context.get(key.toLowerCase());
  const { set, name, ifExists } = parseOperator(operator);
  const actual = values === undefined ? undefined : list(values);
  const compared = {
    rule: "condition",
    why: `${key} ${actual === undefined ? "is not in the request" : `is ${actual}`}, ${operator} wants ${list(wanted)}`,
    expected: `${operator} ${list(wanted)}`,
    ...(actual === undefined ? {} : { actual }),
  } as const;
  if (name === "Null" && set === undefined) {
    return { ...compared, holds: wanted.includes(String(values === undefined)) };
  }
  const comparison = comparisons[name];
  if (comparison === undefined) return undecided(`${operator} is not evaluated here`);
  if (values === undefined) {
    const holds = isTrueWithoutValue(set, comparison.negated || ifExists);
    return { ...compared, holds, rule: "conditionKey" };
  }
  if (wanted.some((value) => value.includes("${"))) {
    return undecided(`${key}: policy variables are not evaluated here`);
  }
  if (set === undefined && values.length > 1) {
    return undecided(`${compared.why}; several values need ForAnyValue: or ForAllValues:`);
  }
  const { matches, negated } = comparison;
  const holdsFor = (value: string) => wanted.some((one) => matches(value, one)) !== negated;
  const holds = set === "ForAnyValue" ? values.some(holdsFor) : values.every(holdsFor);
  return !name.endsWith("Like") && wanted.some(hasWildcard)
    ? {
        ...compared,
        holds,
        rule: "wildcard",
        why: `${compared.why}; wildcards count under StringLike only`,
      }
    : { ...compared, holds };
}

/** A part that depends on what this evaluation does not know. */
export function undecided(why: string): PartResult {
  return { holds: undefined, rule: "undecided", why };
}

function isTrueWithoutValue(set: Operator["set"], otherwise: boolean): boolean {
  return set === undefined ? otherwise : set === "ForAllValues";
}

function list(values: readonly string[]): string {
  return values.map((value) => JSON.stringify(value)).join(" or ");
}
