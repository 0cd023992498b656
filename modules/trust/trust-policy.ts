import {
  asStrings,
  type Condition,
  conditionsOf,
  identityProvidersOf,
} from "../iam/policy-document";
import { matchesWildcard } from "../iam/wildcard";
import type { Finding } from "../validation";
import {
  evaluateCondition,
  isOperator,
  type PartResult,
  type RequestContext,
  undecided,
} from "./condition";
import { report } from "./findings";
import { isRecord, readJsonObject, refuseFor } from "./refusal";

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

/**
 * Asks a role's trust policy whether a web identity may assume the role: an explicit Deny wins, then any
 * Allow, else no. What cannot be decided here does not allow, and denies where it stands under Deny.
 *
 * @param policy JSON, as text or parsed
 * @returns the statements that allow it
 * @throws {Refusal} why it may not; or the policy is one that IAM would not store
 * @see {@link https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html Policy evaluation logic}
 */
export function evaluateTrustPolicy(policy: unknown, request: TrustRequest): readonly Finding[] {
  const results = readStatements(policy).map((statement) => ({
    ...statement,
    ...combine(evaluateParts(statement, request)),
  }));
  refuseFor(
    results
      .filter(({ deny, holds }) => deny && holds !== false)
      .map(({ name, parts }) => report("denied", `${name} denies it: ${reasonsOf(parts)}`)),
  );
  const allowing = results.filter(({ deny, holds }) => !deny && holds === true);
  if (allowing.length > 0) {
    return allowing.map(({ name, parts }) =>
      report("allowed", `${name} allows it: ${reasonsOf(parts)}`),
    );
  }
  refuseFor([
    report("notAllowed", "no statement of the trust policy allows it"),
    ...results
      .filter(({ deny }) => !deny)
      .flatMap(({ name, parts }) =>
        parts.map(({ rule, why, expected, actual }) =>
          report(rule, `${name} does not apply: ${why}`, {
            ...(expected === undefined ? {} : { expected }),
            ...(actual === undefined ? {} : { actual }),
          }),
        ),
      ),
  ]);
  return [];
}

interface StatementResult {
  readonly holds: boolean | undefined;
  /** Those that decide: what is false, or else cannot be decided, or else all. */
  readonly parts: readonly PartResult[];
}

function combine(parts: readonly PartResult[]): StatementResult {
  const contrary = parts.filter(({ holds }) => holds === false);
  if (contrary.length > 0) return { holds: false, parts: contrary };
  const unclear = parts.filter(({ holds }) => holds === undefined);
  return unclear.length > 0 ? { holds: undefined, parts: unclear } : { holds: true, parts };
}

function reasonsOf(parts: readonly PartResult[]): string {
  return parts.map(({ why }) => why).join("; ");
}

function evaluateParts(statement: Statement, { principal, context }: TrustRequest): PartResult[] {
  return [
    evaluatePrincipal(statement.principal, principal),
    evaluateAction(statement),
    ...statement.conditions.map(({ operator, key, values }) =>
      evaluateCondition(operator, key, values, context),
    ),
  ];
}

function evaluatePrincipal(given: unknown, principal: string): PartResult {
  const rule = "principal";
  const federated = identityProvidersOf({ Principal: given });
  if (federated.includes(principal)) return { holds: true, rule, why: `Principal is ${principal}` };
  if (given === "*" || given === undefined || federated.includes("*")) {
    return undecided("Principal does not name one provider, which is not evaluated here");
  }
  const actual = JSON.stringify(given);
  const why = `Principal is ${actual}, the provider is ${principal}`;
  return { holds: false, rule, why, expected: principal, actual };
}

function evaluateAction({ actions, notActions }: Statement): PartResult {
  const rule = "action";
  const isNamed = (patterns: readonly string[]) =>
    patterns.some((pattern) => matchesWildcard(action.toLowerCase(), pattern.toLowerCase()));
  return notActions === undefined
    ? {
        holds: isNamed(actions),
        rule,
        why: `Action is ${actions.join(" or ")}`,
        expected: action,
        actual: actions.join(", "),
      }
    : {
        holds: !isNamed(notActions),
        rule,
        why: `NotAction is ${notActions.join(" or ")}`,
        actual: `all except ${notActions.join(", ")}`,
        expected: action,
      };
}

function readStatements(policy: unknown): Statement[] {
  const { Statement: given } = readJsonObject(policy, "the trust policy", "policyForm");
  const statements = (Array.isArray(given) ? given : [given]) as unknown[];
  refuseFor(
    statements.flatMap((statement, index) => checkForm(nameOf(statement, index), statement)),
  );
  return statements.filter(isRecord).map((statement, index) => ({
    name: nameOf(statement, index),
    deny: statement.Effect === "Deny",
    principal: statement.Principal,
    actions: asStrings(statement.Action),
    notActions: statement.NotAction === undefined ? undefined : asStrings(statement.NotAction),
    conditions: conditionsOf(statement),
  }));
}

function nameOf(statement: unknown, index: number): string {
  const sid = isRecord(statement) ? statement.Sid : undefined;
  return `statement ${index + 1}${typeof sid === "string" && sid !== "" ? ` (${sid})` : ""}`;
}

/** What IAM refuses when the policy is written, so that no request ever meets it. */
function checkForm(name: string, statement: unknown): Finding[] {
  const malformed = (what: string) => [report("policyForm", `${name} ${what}`)];
  if (!isRecord(statement)) return malformed("is not a JSON object");
  const has = (member: string) => statement[member] !== undefined;
  const conditions = statement.Condition ?? {};
  return [
    ...(statement.Effect === "Allow" || statement.Effect === "Deny"
      ? []
      : malformed("must have the Effect Allow or Deny")),
    ...(has("Principal") === has("NotPrincipal")
      ? malformed("must have either Principal or NotPrincipal")
      : []),
    ...(has("Action") === has("NotAction")
      ? malformed("must have either Action or NotAction")
      : []),
    ...(has("Resource") || has("NotResource")
      ? malformed("must have no Resource: a trust policy is about its own role")
      : []),
    ...(isRecord(conditions)
      ? Object.entries(conditions).flatMap(([operator, keys]) =>
          checkCondition(name, operator, keys),
        )
      : malformed("must have a JSON object as its Condition")),
  ];
}

function checkCondition(name: string, operator: string, keys: unknown): Finding[] {
  if (!isOperator(operator)) {
    const what = `${name} has an unknown condition operator`;
    return [report("conditionOperator", `${what}: ${operator}`, { actual: operator })];
  }
  return isRecord(keys) && Object.values(keys).every((value) => asStrings(value).length > 0)
    ? []
    : [report("policyForm", `${name} must have condition keys with values under ${operator}`)];
}
