import { matchesWildcard } from "./wildcard";

/** What a request brings along, by condition key in lower case. */
export type RequestContext = ReadonlyMap<string, readonly string[]>;

/** Whether a condition holds; undefined when this evaluation cannot tell. */
export interface ConditionResult {
  readonly holds: boolean | undefined;
  /** What was compared, to be printed. */
  readonly why: string;
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
): ConditionResult {
  const values = context.get(key.toLowerCase());
  const { set, name, ifExists } = parseOperator(operator);
  const told = values === undefined ? "is not in the request" : `is ${list(values)}`;
  const why = `${key} ${told}, ${operator} wants ${list(wanted)}`;
  if (name === "Null" && set === undefined) {
    return { holds: wanted.includes(String(values === undefined)), why };
  }
  const comparison = comparisons[name];
  if (comparison === undefined)
    return { holds: undefined, why: `${operator} is not evaluated here` };
  if (values === undefined) {
    return { holds: whenAbsent(set, comparison.negated || ifExists), why };
  }
  if (wanted.some((value) => value.includes("${"))) {
    return { holds: undefined, why: `${key}: policy variables are not evaluated here` };
  }
  if (set === undefined && values.length > 1) {
    return { holds: undefined, why: `${why}; several values need ForAnyValue: or ForAllValues:` };
  }
  const { matches, negated } = comparison;
  const holdsFor = (value: string) => wanted.some((one) => matches(value, one)) !== negated;
  return {
    holds: set === "ForAnyValue" ? values.some(holdsFor) : values.every(holdsFor),
    why: `${why}${wildcardHint(name, wanted)}`,
  };
}

function whenAbsent(set: Operator["set"], otherwise: boolean): boolean {
  return set === undefined ? otherwise : set === "ForAllValues";
}

function wildcardHint(name: string, wanted: readonly string[]): string {
  return !name.endsWith("Like") && wanted.some((value) => /[*?]/.test(value))
    ? "; wildcards count under StringLike only"
    : "";
}

function list(values: readonly string[]): string {
  return values.map((value) => JSON.stringify(value)).join(" or ");
}
