import { isDeepStrictEqual } from "node:util";

/** A policy of IAM or S3 as it stands in JSON. */
type Json = Readonly<Record<string, unknown>>;

/** What is a map; anything else has no members. */
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
  return asList(value).map((each) => (typeof each === "string" ? each : JSON.stringify(each)));
}

/** The statements of a policy. */
export function statementsOf(policy: unknown): readonly Json[] {
  return asList(asMap(policy).Statement).map(asMap);
}

/**
 * Whether two policies are the same for the AWS provider, which sees no difference in the order of
 * statements and values, in one value for a list of one, and in the case of actions.
 */
export function isSamePolicy(one: unknown, other: unknown): boolean {
  return isDeepStrictEqual(normalized(one), normalized(other));
}

function normalized(policy: unknown): unknown {
  const { Id: id, Version: version } = asMap(policy);
  const statements = statementsOf(policy).map((statement) =>
    Object.fromEntries(
      Object.entries(statement)
        .filter(([, value]) => value !== "" && value !== undefined)
        .map(([name, value]) => [name, normalizedMember(name, value)]),
    ),
  );
  return { id, version, statements: statements.map(ordered).sort(byText) };
}

function normalizedMember(name: string, value: unknown): unknown {
  if (name === "Action" || name === "NotAction") {
    return asStrings(value)
      .map((action) => action.toLowerCase())
      .sort();
  }
  if (name === "Principal" && value === "*") return { AWS: ["*"] };
  if (name === "Condition") {
    return mapValues(value, (keys) => mapValues(keys, (values) => asStrings(values).sort()));
  }
  if (typeof value === "object" && !Array.isArray(value)) {
    return mapValues(value, (each) => asStrings(each).sort());
  }
  return name === "Resource" || name === "NotResource" ? asStrings(value).sort() : value;
}

function mapValues(value: unknown, change: (value: unknown) => unknown): Json {
  return ordered(
    Object.fromEntries(Object.entries(asMap(value)).map(([name, each]) => [name, change(each)])),
  );
}

function ordered(map: Json): Json {
  return Object.fromEntries(Object.entries(map).sort(([one], [other]) => (one < other ? -1 : 1)));
}

function byText(one: unknown, other: unknown): number {
  return JSON.stringify(one) < JSON.stringify(other) ? -1 : 1;
}

/** Whether two lists have the same strings, in whatever order. */
export function isSameSet(one: readonly string[], other: readonly string[]): boolean {
  return isDeepStrictEqual([...new Set(one)].sort(), [...new Set(other)].sort());
}
