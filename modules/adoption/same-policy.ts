import { isDeepStrictEqual } from "node:util";
import { asMap, asStrings, type Json, statementsOf } from "../iam/policy-document";

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
