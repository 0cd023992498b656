import {
  type ConditionResult,
  evaluateCondition,
  isOperator,
  type RequestContext,
} from "./condition";
import { isRecord, jsonObject, refuseFor } from "./refusal";
import { matchesWildcard } from "./wildcard";

/** The request that a trust policy is asked about. */
export interface TrustRequest {
  /** The ARN of the identity provider. */
  readonly principal: string;
  readonly context: RequestContext;
}

const action = "sts:AssumeRoleWithWebIdentity";

interface Statement {
  readonly name: string;
  readonly deny: boolean;
  readonly principal: unknown;
  readonly actions: readonly string[];
  readonly notActions: readonly string[] | undefined;
  readonly conditions: readonly Condition[];
}

interface Condition {
  readonly operator: string;
  readonly key: string;
  readonly values: readonly string[];
}

/**
 * Asks a role's trust policy whether a web identity may assume the role: an explicit Deny wins, then any
 * Allow, else no. What cannot be told here does not allow, and denies where it stands under Deny.
 *
 * @param policy JSON, as text or parsed
 * @returns why the role may be assumed
 * @throws {Refusal} why it may not; or the policy is one that IAM would not take
 * @see {@link https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html Policy evaluation logic}
 */
export function allowingStatements(policy: unknown, request: TrustRequest): readonly string[] {
  const results = readStatements(policy).map((statement) => ({
    ...statement,
    ...together(parts(statement, request)),
  }));
  refuseFor(
    results
      .filter(({ deny, holds }) => deny && holds !== false)
      .map(({ name, why }) => `${name} denies it: ${why}`),
  );
  const allowing = results.filter(({ deny, holds }) => !deny && holds === true);
  if (allowing.length > 0) return allowing.map(({ name, why }) => `${name} allows it: ${why}`);
  refuseFor([
    "no statement of the trust policy allows it",
    ...results.filter(({ deny }) => !deny).map(({ name, why }) => `${name} does not apply: ${why}`),
  ]);
  return [];
}

function together(results: readonly ConditionResult[]): ConditionResult {
  const contrary = results.filter(({ holds }) => holds === false);
  const unclear = results.filter(({ holds }) => holds === undefined);
  const telling = [contrary, unclear].find(({ length }) => length > 0) ?? results;
  return {
    holds: contrary.length > 0 ? false : unclear.length > 0 ? undefined : true,
    why: telling.map(({ why }) => why).join("; "),
  };
}

function parts(statement: Statement, { principal, context }: TrustRequest): ConditionResult[] {
  return [
    principalResult(statement.principal, principal),
    actionResult(statement),
    ...statement.conditions.map(({ operator, key, values }) =>
      evaluateCondition(operator, key, values, context),
    ),
  ];
}

function principalResult(given: unknown, principal: string): ConditionResult {
  const federated = isRecord(given) ? strings(given.Federated) : [];
  if (federated.includes(principal)) return { holds: true, why: `Principal is ${principal}` };
  const everyone = given === "*" || given === undefined || federated.includes("*");
  return {
    holds: everyone ? undefined : false,
    why: everyone
      ? "Principal does not name one provider, which is not evaluated here"
      : `Principal is ${JSON.stringify(given)}, the provider is ${principal}`,
  };
}

function actionResult({ actions, notActions }: Statement): ConditionResult {
  const named = (patterns: readonly string[]) =>
    patterns.some((pattern) => matchesWildcard(action.toLowerCase(), pattern.toLowerCase()));
  return notActions === undefined
    ? { holds: named(actions), why: `Action is ${actions.join(" or ")}` }
    : { holds: !named(notActions), why: `NotAction is ${notActions.join(" or ")}` };
}

function readStatements(policy: unknown): Statement[] {
  const { Statement: given } = jsonObject(policy, "the trust policy");
  const statements = (Array.isArray(given) ? given : [given]) as unknown[];
  refuseFor(
    statements.flatMap((statement, index) => malformed(nameOf(statement, index), statement)),
  );
  return statements.filter(isRecord).map((statement, index) => ({
    name: nameOf(statement, index),
    deny: statement.Effect === "Deny",
    principal: statement.Principal,
    actions: strings(statement.Action),
    notActions: statement.NotAction === undefined ? undefined : strings(statement.NotAction),
    conditions: readConditions(statement.Condition),
  }));
}

function nameOf(statement: unknown, index: number): string {
  const sid = isRecord(statement) ? statement.Sid : undefined;
  return `statement ${index + 1}${typeof sid === "string" && sid !== "" ? ` (${sid})` : ""}`;
}

/** What IAM refuses when the policy is written, so that no request ever meets it. */
function malformed(name: string, statement: unknown): string[] {
  if (!isRecord(statement)) return [`${name} is not a JSON object`];
  const has = (member: string) => statement[member] !== undefined;
  const conditions = statement.Condition ?? {};
  return [
    ...(statement.Effect === "Allow" || statement.Effect === "Deny"
      ? []
      : [`${name} must have the Effect Allow or Deny`]),
    ...(has("Principal") === has("NotPrincipal")
      ? [`${name} must have either Principal or NotPrincipal`]
      : []),
    ...(has("Action") === has("NotAction") ? [`${name} must have either Action or NotAction`] : []),
    ...(has("Resource") || has("NotResource")
      ? [`${name} must have no Resource: a trust policy speaks of its own role`]
      : []),
    ...(isRecord(conditions)
      ? Object.entries(conditions).flatMap(([operator, keys]) =>
          malformedCondition(name, operator, keys),
        )
      : [`${name} must have a JSON object as its Condition`]),
  ];
}

function malformedCondition(name: string, operator: string, keys: unknown): string[] {
  if (!isOperator(operator)) return [`${name} has an unknown condition operator: ${operator}`];
  return isRecord(keys) && Object.values(keys).every((value) => strings(value).length > 0)
    ? []
    : [`${name} must have condition keys with values under ${operator}`];
}

function readConditions(given: unknown): Condition[] {
  return Object.entries(isRecord(given) ? given : {}).flatMap(([operator, keys]) =>
    Object.entries(isRecord(keys) ? keys : {}).map(([key, values]) => ({
      operator,
      key,
      values: strings(values),
    })),
  );
}

/** One string or several; numbers and booleans as IAM writes them. */
function strings(value: unknown): string[] {
  const values: unknown[] = Array.isArray(value) ? value : [value];
  return values.flatMap((one) =>
    typeof one === "string" || typeof one === "number" || typeof one === "boolean"
      ? String(one)
      : [],
  );
}
