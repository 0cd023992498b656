import { identifier } from "../synthesis";
import { policyLength, type TrustStatement } from "./policy-document";
import { longestPartition, policyNameOf, type RolePolicy } from "./role-policy";
import type { ServiceAccountRoleProps } from "./role-props";
import { trustStatements } from "./trust-policy";

/** A policy to make. */
export interface PlannedPolicy {
  readonly name: string;
  readonly statements: NonNullable<RolePolicy["statements"]>;
  /** Its characters as IAM counts them; undefined when Terraform alone knows them. */
  readonly length: number | undefined;
}

/** A managed policy to attach that exists already. */
interface PlannedAttachment {
  /** Undefined when it cannot be known at synthesis. */
  readonly name: string | undefined;
  readonly arn: (partition: () => string) => string;
}

/** What a role is made of, in the order of its props, before anything is made. */
export interface RolePlan {
  readonly trust: readonly TrustStatement[];
  /** Undefined when Terraform alone knows it. */
  readonly trustLength: number | undefined;
  readonly inline: readonly PlannedPolicy[];
  readonly standalone: readonly PlannedPolicy[];
  readonly attachments: readonly PlannedAttachment[];
}

/** Sorts out what the props ask for; does not judge it. */
export function rolePlan(props: ServiceAccountRoleProps): RolePlan {
  const { policies = [], managedPolicyArns = [], inlineStatements = [] } = props;
  const trust = trustStatements(props.issuers, props.serviceAccounts);
  const own: RolePolicy[] =
    inlineStatements.length === 0 ? [] : [{ name: "inline", statements: () => inlineStatements }];
  const toMake = [...policies, ...own];
  return {
    trust,
    trustLength: policyLength(trust),
    inline: toMake.filter(({ standalone = false }) => !standalone).flatMap(planned),
    standalone: toMake.filter(({ standalone = false }) => standalone).flatMap(planned),
    attachments: [
      ...policies.flatMap(({ awsManaged = [] }) => awsManaged.map(awsAttachment)),
      ...managedPolicyArns.map(attachment),
    ],
  };
}

function planned({ name, statements }: RolePolicy): PlannedPolicy[] {
  return statements === undefined
    ? []
    : [{ name, statements, length: policyLength(statements(longestPartition)) }];
}

function awsAttachment(policy: string): PlannedAttachment {
  return {
    name: policyNameOf(policy),
    arn: (partition) => `arn:${partition()}:iam::aws:policy/${policy}`,
  };
}

function attachment(
  policy: NonNullable<ServiceAccountRoleProps["managedPolicyArns"]>[number],
): PlannedAttachment {
  return typeof policy === "string"
    ? { name: policyNameOf(policy), arn: () => policy }
    : { name: policy.name, arn: () => policy.arn };
}

/** The Terraform name of a role, and of a policy of a role. */
export function terraformName(role: string, policy?: string): string {
  return identifier(policy === undefined ? role : `${role}_${policy}`);
}

/** The Terraform addresses that a role takes, in the order in which they are made. */
export function terraformAddresses(role: string, plan: RolePlan): string[] {
  const { inline, standalone, attachments } = plan;
  const of = (type: string, policies: readonly { readonly name: string | undefined }[]) =>
    policies.flatMap(({ name }) =>
      name === undefined ? [] : `${type}.${terraformName(role, name)}`,
    );
  return [
    `aws_iam_role.${terraformName(role)}`,
    `data.aws_iam_policy_document.${terraformName(role)}`,
    ...of("data.aws_iam_policy_document", [...inline, ...standalone]),
    ...of("aws_iam_role_policy", inline),
    ...of("aws_iam_policy", standalone),
    ...of("aws_iam_role_policy_attachment", [...standalone, ...attachments]),
  ];
}
