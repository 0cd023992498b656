import type { PolicyStatement } from "../policy-document";
import type { RolePolicy } from "../role-policy";
import { checkArns } from "./arns";

/** Options of {@link externalSecrets}; one of `secretArns` and `parameterArns` is needed. */
export interface ExternalSecretsOptions {
  /** The secrets of Secrets Manager, with wildcards: `arn:…:secret:prod/*`. @default - none */
  readonly secretArns?: readonly string[];
  /** The parameters of Parameter Store, with wildcards: `arn:…:parameter/prod/*`. @default - none */
  readonly parameterArns?: readonly string[];
  /** Customer managed keys that they are encrypted with. @default - none */
  readonly kmsKeyArns?: readonly string[];
  /**
   * Find secrets by name or tag, and read several at once (`dataFrom`): lists the names of all secrets
   * of the account.
   * @default true
   */
  readonly findSecrets?: boolean;
  /**
   * Write them too (`PushSecret`); secrets are deleted only if the operator has made them.
   * @default false
   */
  readonly push?: boolean;
}

/**
 * External Secrets Operator with AWS Secrets Manager and Parameter Store.
 *
 * @see {@link https://external-secrets.io/latest/provider/aws-secrets-manager/ external-secrets, AWS Secrets Manager}
 * @see {@link https://external-secrets.io/latest/provider/aws-parameter-store/ external-secrets, AWS Parameter Store}
 */
export function externalSecrets(options: ExternalSecretsOptions): RolePolicy {
  const { secretArns, parameterArns, kmsKeyArns, push = false } = options;
  return {
    name: "external-secrets",
    violations: [
      ...(secretArns === undefined && parameterArns === undefined
        ? [{ path: ["secretArns"], rule: "is missing, and so is {parameterArns}: one is needed" }]
        : []),
      ...checkArns(["secretArns"], secretArns, "secret"),
      ...checkArns(["parameterArns"], parameterArns, "parameter"),
      ...checkArns(["kmsKeyArns"], kmsKeyArns, "key"),
    ],
    statements: () => [
      ...(secretArns ? secretStatements(secretArns, options) : []),
      ...(parameterArns ? parameterStatements(parameterArns, push) : []),
      ...(kmsKeyArns
        ? [
            {
              sid: "UseKeys",
              actions: ["kms:Decrypt", ...(push ? ["kms:GenerateDataKey"] : [])],
              resources: kmsKeyArns,
            },
          ]
        : []),
    ],
  };
}

function secretStatements(
  resources: readonly string[],
  { push = false, findSecrets = true }: ExternalSecretsOptions,
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
    ...(findSecrets
      ? [
          {
            sid: "FindSecrets",
            actions: ["secretsmanager:BatchGetSecretValue", "secretsmanager:ListSecrets"],
            resources: ["*"],
          },
        ]
      : []),
    ...(push ? pushStatements(resources) : []),
  ];
}

function pushStatements(resources: readonly string[]): PolicyStatement[] {
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
      ],
      resources,
    },
    {
      sid: "DeleteOwnSecrets",
      actions: ["secretsmanager:DeleteSecret"],
      resources,
      conditions: [
        {
          test: "StringEquals",
          variable: "secretsmanager:ResourceTag/managed-by",
          values: ["external-secrets"],
        },
      ],
    },
  ];
}

function parameterStatements(resources: readonly string[], push: boolean): PolicyStatement[] {
  return [
    { sid: "ReadParameters", actions: ["ssm:GetParameter*"], resources },
    ...(push
      ? [
          {
            sid: "WriteParameters",
            actions: ["ssm:AddTagsToResource", "ssm:ListTagsForResource", "ssm:PutParameter*"],
            resources,
          },
        ]
      : []),
  ];
}
