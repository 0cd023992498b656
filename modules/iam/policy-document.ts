/** A JSON object of a policy. */
export type Json = Readonly<Record<string, unknown>>;

/** A condition of a statement: what one key is compared with by one operator. */
export interface Condition {
  readonly operator: string;
  readonly key: string;
  readonly values: readonly string[];
}

/** What is a JSON object; anything else has no members. */
export function asMap(value: unknown): Json {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Json)
    : {};
}

/** The members of a list, or the one value that stands for a list. */
export function asList(value: unknown): readonly unknown[] {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? (value as unknown[]) : [value];
}

/** The strings of a list; numbers and booleans, as IAM takes them in conditions, become strings. */
export function asStrings(value: unknown): string[] {
  return asList(value).flatMap((each) =>
    typeof each === "string" || typeof each === "number" || typeof each === "boolean"
      ? String(each)
      : [],
  );
}

/**
 * The statements of a policy.
 *
 * @see {@link https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html Grammar of the IAM JSON policy language}
 */
export function statementsOf(policy: unknown): readonly Json[] {
  return asList(asMap(policy).Statement).map(asMap);
}

/** The conditions of a statement, each key by itself. */
export function conditionsOf({ Condition }: Json): Condition[] {
  return Object.entries(asMap(Condition)).flatMap(([operator, keys]) =>
    Object.entries(asMap(keys)).map(([key, values]) => ({
      operator,
      key,
      values: asStrings(values),
    })),
  );
}

/** The ARNs of the identity providers that a statement's principal names. */
export function identityProvidersOf({ Principal }: Json): string[] {
  return asStrings(asMap(Principal).Federated);
}
