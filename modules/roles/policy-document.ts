import type { DataAwsIamPolicyDocumentStatement } from "@cdktf/provider-aws/lib/data-aws-iam-policy-document";
import {
  actionRules,
  checkList,
  checkText,
  conditionOperatorRules,
  type Path,
  sidRules,
  statementTextRules,
  type Violation,
} from "../validation";

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
  readonly principals: {
    /** An identity provider, or AWS accounts, roles and users. */
    readonly type: "Federated" | "AWS";
    /** Their ARNs. */
    readonly identifiers: readonly string[];
  };
  readonly conditions: readonly PolicyCondition[];
}

/** The statement as an argument of the data source `aws_iam_policy_document`. */
export function terraformStatement(
  statement: PolicyStatement | TrustStatement,
): DataAwsIamPolicyDocumentStatement {
  const { actions, conditions = [] } = statement;
  return {
    ...("principals" in statement
      ? {
          effect: "Allow",
          principals: [
            {
              type: statement.principals.type,
              identifiers: [...statement.principals.identifiers],
            },
          ],
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

/** The characters of a policy as IAM counts them, white space left out. */
export interface PolicyLength {
  /** The characters that are known; tokens count as nothing. */
  readonly characters: number;
  /** Whether that is all of it. */
  readonly isExact: boolean;
}

/** How many characters of a policy IAM counts. */
export function policyLength(
  statements: readonly (PolicyStatement | TrustStatement)[],
): PolicyLength {
  const json = JSON.stringify({ Version: "2012-10-17", Statement: statements.map(jsonStatement) });
  const known = json.replace(/[$#]\{TfToken\[[^\]]*\]\}/g, "");
  return { characters: known.length, isExact: known === json };
}

/** As the data source writes it: a list of one as its one member. */
function jsonStatement(statement: PolicyStatement | TrustStatement): object {
  const conditions: Record<string, Record<string, string | readonly string[]>> = {};
  for (const { test, variable, values } of statement.conditions ?? []) {
    (conditions[test] ??= {})[variable] = oneOrMany(values);
  }
  return {
    ...("principals" in statement
      ? {
          Effect: "Allow",
          Principal: {
            [statement.principals.type]: oneOrMany(statement.principals.identifiers),
          },
        }
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

/** Checks the statements of a permissions policy. */
export function checkStatements(path: Path, statements: readonly PolicyStatement[]): Violation[] {
  const seen = new Set<string>();
  return statements.flatMap((statement, index) => {
    const { sid = "" } = statement;
    const repeated = sid !== "" && seen.has(sid);
    seen.add(sid);
    const at = [...path, index];
    return [
      ...checkStatement(at, statement),
      ...(repeated
        ? [{ path: [...at, "sid"], rule: "must not repeat that of another statement", given: sid }]
        : []),
    ];
  });
}

function checkStatement(
  path: Path,
  { sid = "", actions, resources, conditions = [] }: PolicyStatement,
): Violation[] {
  return [
    ...checkText([...path, "sid"], sid, sidRules),
    ...checkList([...path, "actions"], actions, actionRules),
    ...checkList([...path, "resources"], resources, statementTextRules),
    ...conditions.flatMap(({ test, variable, values }, index) => {
      const at = [...path, "conditions", index];
      return [
        ...checkText([...at, "test"], test, conditionOperatorRules),
        ...checkText([...at, "variable"], variable, statementTextRules),
        ...checkList([...at, "values"], values, statementTextRules),
      ];
    }),
  ];
}
