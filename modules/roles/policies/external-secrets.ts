import type { PolicyStatement } from "../policy-document";
import { keyStatement } from "./arns";
import { definePolicy } from "./define-policy";
import { arns, flag, keys } from "./options";

/** External Secrets Operator with AWS Secrets Manager and Parameter Store. */
export const externalSecrets = definePolicy({
  name: "external-secrets",
  summary: "External Secrets Operator: AWS Secrets Manager and Parameter Store.",
  serviceAccounts: ["external-secrets/external-secrets"],
  covers: "reading the secrets and parameters named, and listing the names of all of the account",
  sources: [
    {
      repository: "external-secrets/external-secrets",
      path: "docs/provider/aws-secrets-manager.md",
      version: "cc5bfbc2",
    },
    {
      repository: "external-secrets/external-secrets",
      path: "providers/v1/aws/parameterstore/parameterstore.go",
      version: "cc5bfbc2",
    },
  ],
  options: {
    secretArns: arns("secret", "Secrets of Secrets Manager, with wildcards."),
    parameterArns: arns("parameter", "Parameters of Parameter Store, with wildcards."),
    kmsKeyArns: keys("Customer managed keys that they are encrypted with."),
    findSecrets: flag(
      "Find secrets and parameters by name or tag, and read several at once (dataFrom).",
      true,
    ),
    push: flag("Write them too (PushSecret); only what the operator has made is deleted."),
  },
  check: ({ secretArns, parameterArns }) =>
    secretArns === undefined && parameterArns === undefined
      ? [{ path: ["secretArns"], rule: "is missing, and so is {parameterArns}: one is needed" }]
      : [],
  statements: ({ secretArns, parameterArns, kmsKeyArns, findSecrets = true, push = false }) => [
    ...(secretArns ? secretStatements(secretArns, findSecrets, push) : []),
    ...(parameterArns ? parameterStatements(parameterArns, findSecrets, push) : []),
    ...keyStatement(["kms:Decrypt", ...(push ? ["kms:GenerateDataKey"] : [])], kmsKeyArns),
  ],
});

function secretStatements(
  resources: readonly string[],
  find: boolean,
  push: boolean,
): PolicyStatement[] {
  return [
    {
      sid: "ReadSecrets",
      actions: [
        "secretsmanager:DescribeSecret",
        "secretsmanager:GetResourcePolicy",
        "secretsmanager:GetSecretValue",
        "secretsmanager:ListSecretVersionIds",
      ],
      resources,
    },
    ...(find
      ? [
          {
            sid: "FindSecrets",
            actions: ["secretsmanager:BatchGetSecretValue", "secretsmanager:ListSecrets"],
            resources: ["*"],
          },
        ]
      : []),
    ...(push ? pushSecretStatements(resources) : []),
  ];
}

function pushSecretStatements(resources: readonly string[]): PolicyStatement[] {
  return [
    {
      sid: "WriteSecrets",
      actions: [
        "secretsmanager:CreateSecret",
        "secretsmanager:DeleteResourcePolicy",
        "secretsmanager:PutResourcePolicy",
        "secretsmanager:PutSecretValue",
        "secretsmanager:RemoveRegionsFromReplication",
        "secretsmanager:ReplicateSecretToRegions",
        "secretsmanager:TagResource",
        "secretsmanager:UntagResource",
      ],
      resources,
    },
    {
      sid: "DeleteOwnSecrets",
      actions: ["secretsmanager:DeleteSecret"],
      resources,
      conditions: [madeByOperator("secretsmanager:ResourceTag/managed-by")],
    },
  ];
}

/** Parameters are found with an action that IAM cannot limit to some of them. */
function parameterStatements(
  resources: readonly string[],
  find: boolean,
  push: boolean,
): PolicyStatement[] {
  return [
    {
      sid: "ReadParameters",
      actions: ["ssm:GetParameter*", "ssm:ListTagsForResource"],
      resources,
    },
    ...(find
      ? [{ sid: "FindParameters", actions: ["ssm:DescribeParameters"], resources: ["*"] }]
      : []),
    ...(push
      ? [
          {
            sid: "WriteParameters",
            actions: ["ssm:AddTagsToResource", "ssm:PutParameter", "ssm:RemoveTagsFromResource"],
            resources,
          },
          {
            sid: "DeleteOwnParameters",
            actions: ["ssm:DeleteParameter"],
            resources,
            conditions: [madeByOperator("ssm:resourceTag/managed-by")],
          },
        ]
      : []),
  ];
}

function madeByOperator(variable: string) {
  return { test: "StringEquals", variable, values: ["external-secrets"] };
}
