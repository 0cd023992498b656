import type { DataAwsIamPolicyDocumentStatement } from "@cdktf/provider-aws/lib/data-aws-iam-policy-document";
import { Token } from "cdktf";
import { type NameRule, violations } from "../validation";
import { actionRules, operatorRules, sidRules, statementTextRules } from "./names";

/** A condition of a policy statement. */
export interface PolicyCondition {
  /** The operator, such as `StringEquals`. */
  readonly test: string;
  /** The condition key. */
  readonly variable: string;
  /** The values; one of them must match. */
  readonly values: readonly string[];
}

/** A statement of a permissions policy. */
export interface PolicyStatement {
  /** An ID for people, unique in its policy. @default - none */
  readonly sid?: string;
  /** What the statement does. @default "Allow" */
  readonly effect?: "Allow" | "Deny";
  /** The actions, such as `s3:GetObject`. */
  readonly actions: readonly string[];
  /** ARNs, with wildcards where wanted, or `*`. IAM policy variables are written `&{aws:username}`. */
  readonly resources: readonly string[];
  /** All of them must hold. @default - none */
  readonly conditions?: readonly PolicyCondition[];
}

/** A statement of a trust policy. */
export interface TrustStatement {
  readonly actions: readonly string[];
  /** The ARN of the identity provider. */
  readonly federated: string;
  readonly conditions: readonly PolicyCondition[];
}

/** The statement as an argument of the data source `aws_iam_policy_document`. */
export function terraformStatement(
  statement: PolicyStatement | TrustStatement,
): DataAwsIamPolicyDocumentStatement {
  const { actions, conditions = [] } = statement;
  return {
    ...("federated" in statement
      ? {
          effect: "Allow",
          principals: [{ type: "Federated", identifiers: [statement.federated] }],
        }
      : {
          sid: statement.sid,
          effect: statement.effect ?? "Allow",
          resources: [...statement.resources],
        }),
    actions: [...actions],
    condition: conditions.map(({ test, variable, values }) => ({
      test,
      variable,
      values: [...values],
    })),
  };
}

/**
 * How many characters of a policy IAM counts: all but white space.
 *
 * @returns undefined when the policy holds a token
 */
export function policyLength(
  statements: readonly (PolicyStatement | TrustStatement)[],
): number | undefined {
  const json = JSON.stringify({ Version: "2012-10-17", Statement: statements.map(jsonStatement) });
  return json.includes("TfToken[") ? undefined : json.length;
}

/** As the data source writes it: a list of one as its one member. */
function jsonStatement(statement: PolicyStatement | TrustStatement): object {
  const conditions: Record<string, Record<string, string | readonly string[]>> = {};
  for (const { test, variable, values } of statement.conditions ?? []) {
    (conditions[test] ??= {})[variable] = oneOrMany(values);
  }
  return {
    ...("federated" in statement
      ? { Effect: "Allow", Principal: { Federated: statement.federated } }
      : {
          Sid: statement.sid,
          Effect: statement.effect ?? "Allow",
          Resource: oneOrMany(statement.resources),
        }),
    Action: oneOrMany(statement.actions),
    ...(statement.conditions?.length ? { Condition: conditions } : {}),
  };
}

function oneOrMany(values: readonly string[]): string | readonly string[] {
  return values.length === 1 && values[0] !== undefined ? values[0] : values;
}

/** What is wrong with the statements of a permissions policy. */
export function statementViolations(
  what: string,
  statements: readonly PolicyStatement[],
): string[] {
  return [
    ...statements.flatMap((statement, index) => oneViolations(`${what}[${index}]`, statement)),
    ...duplicateViolations(
      `${what} sid`,
      statements.flatMap(({ sid }) => sid ?? []),
    ),
  ];
}

function oneViolations(
  what: string,
  { sid = "", actions, resources, conditions = [] }: PolicyStatement,
): string[] {
  return [
    ...violations(`${what}.sid`, sid, sidRules),
    ...listViolations(`${what}.actions`, actions, actionRules),
    ...listViolations(`${what}.resources`, resources, statementTextRules),
    ...conditions.flatMap(({ test, variable, values }, index) => [
      ...violations(`${what}.conditions[${index}].test`, test, operatorRules),
      ...violations(`${what}.conditions[${index}].variable`, variable, statementTextRules),
      ...listViolations(`${what}.conditions[${index}].values`, values, statementTextRules),
    ]),
  ];
}

/** What is wrong with a list that must have entries, each once, following the rules. */
export function listViolations(
  what: string,
  values: readonly string[],
  rules: readonly NameRule[],
): string[] {
  if (Token.isUnresolved(values)) return [];
  if (values.length === 0) return [`${what} must have at least one entry, got: none`];
  return [
    ...values.flatMap((value, index) => violations(`${what}[${index}]`, value, rules)),
    ...duplicateViolations(what, values),
  ];
}

/** One sentence a value that is there more than once. */
export function duplicateViolations(what: string, values: readonly string[]): string[] {
  if (Token.isUnresolved(values)) return [];
  const seen = new Set<string>();
  const twice = new Set<string>();
  for (const value of values) (seen.has(value) ? twice : seen).add(value);
  return [...twice].map(
    (value) => `${what} must be given once each, got: ${JSON.stringify(value)} again`,
  );
}
