import { Token } from "cdktf";
import { identifier } from "../synthesis";
import type { Path } from "../validation";
import { type PolicyLength, policyLength, type TrustStatement } from "./policy-document";
import { longestPartition, policyNameOf, type RolePolicy } from "./role-policy";
import type { ServiceAccountRoleProps } from "./role-props";
import { principalStatements, type RoleAccount, trustStatements } from "./trust-policy";

/** A policy to make. */
export interface PlannedPolicy {
  /** Where the props ask for it. */
  readonly path: Path;
  readonly name: string;
  readonly statements: NonNullable<RolePolicy["statements"]>;
  readonly length: PolicyLength;
}

/** A managed policy to attach that exists already. */
interface PlannedAttachment {
  /** Where the props ask for it. */
  readonly path: Path;
  /** Undefined when it cannot be known at synthesis. */
  readonly name: string | undefined;
  /** The account and the path, the same whatever the partition; undefined with a token. */
  readonly policy: string | undefined;
  /** How the props name it, for messages. */
  readonly given: string;
  readonly arn: (partition: () => string) => string;
}

/** What a role is made of, in the order of its props, before anything is made. */
export interface RolePlan {
  readonly trust: readonly TrustStatement[];
  readonly trustLength: PolicyLength;
  readonly inline: readonly PlannedPolicy[];
  readonly standalone: readonly PlannedPolicy[];
  readonly attachments: readonly PlannedAttachment[];
}

/** An account that Terraform alone knows. */
const unknown = Token.asString({ resolve: () => "" });

/**
 * Sorts out what the props ask for; does not judge it.
 *
 * @param account the role's own; without it, the plan is good for checks alone
 */
export function rolePlan(
  props: ServiceAccountRoleProps,
  account: RoleAccount = { partition: unknown, accountId: unknown, role: unknown },
): RolePlan {
  const { policies = [], inlineStatements = [], additionalTrustedPrincipals = [] } = props;
  const trust = [
    ...trustStatements(props.issuers, props.serviceAccounts, props.audiences),
    ...principalStatements(additionalTrustedPrincipals, account),
  ];
  const own: RolePolicy = {
    name: props.inlinePolicyName ?? "inline",
    statements: () => inlineStatements,
  };
  const catalogue = policies.map((policy, index) => ({ path: ["policies", index], policy }));
  const toMake = [
    ...catalogue,
    ...(inlineStatements.length === 0 ? [] : [{ path: ["inlineStatements"], policy: own }]),
  ];
  const planned = (standalone: boolean) =>
    toMake
      .filter(({ policy }) => (policy.standalone ?? false) === standalone)
      .flatMap(({ path, policy }) => plannedPolicy(path, policy));
  return {
    trust,
    trustLength: policyLength(trust),
    inline: planned(false),
    standalone: planned(true),
    attachments: plannedAttachments(props),
  };
}

/** One that its options make no sense of has no statements. */
function plannedPolicy(path: Path, policy: RolePolicy): PlannedPolicy[] {
  const { name, statements, violations = [] } = policy;
  return statements === undefined || violations.length > 0
    ? []
    : [{ path, name, statements, length: policyLength(statements(longestPartition)) }];
}

function plannedAttachments(props: ServiceAccountRoleProps): PlannedAttachment[] {
  const { policies = [], awsManagedPolicies = [], managedPolicyArns = [] } = props;
  const ofAws = (path: Path, policy: string): PlannedAttachment => ({
    path,
    name: policyNameOf(policy),
    policy: `aws/${policy}`,
    given: policy,
    arn: (partition) => `arn:${partition()}:iam::aws:policy/${policy}`,
  });
  const aws = [
    ...policies.flatMap(({ awsManaged = [] }, index) =>
      awsManaged.map((policy) => ofAws(["policies", index], policy)),
    ),
    ...awsManagedPolicies.map((policy, index) => ofAws(["awsManagedPolicies", index], policy)),
  ];
  const taken = new Set(aws.map(({ name }) => name));
  const given = managedPolicyArns.map((policy, index): PlannedAttachment => {
    const path = ["managedPolicyArns", index];
    return typeof policy === "string"
      ? {
          path,
          name: attachmentName(policy, managedPolicyArns, taken),
          policy: accountAndPath(policy),
          given: policy,
          arn: () => policy,
        }
      : {
          path,
          name: policy.name,
          policy: accountAndPath(policy.arn),
          given: policy.name,
          arn: () => policy.arn,
        };
  });
  return [...aws, ...given];
}

/** The policy's last name, or all after the account where another policy of the role has that. */
function attachmentName(
  arn: string,
  all: NonNullable<ServiceAccountRoleProps["managedPolicyArns"]>,
  taken: ReadonlySet<string | undefined>,
): string | undefined {
  const name = policyNameOf(arn);
  const isShared =
    taken.has(name) ||
    all.some((other) => typeof other === "string" && other !== arn && policyNameOf(other) === name);
  return isShared ? (accountAndPath(arn) ?? name) : name;
}

function accountAndPath(arn: string): string | undefined {
  const [, , , , account, resource] = arn.split(":");
  return arn.includes("TfToken[") || resource === undefined
    ? undefined
    : resource.replace(/^policy/, account ?? "");
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
