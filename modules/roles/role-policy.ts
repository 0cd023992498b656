import { Token } from "cdktf";
import { violations } from "../validation";
import { awsManagedPolicyRules, policyNameRules } from "./names";
import { type PolicyStatement, statementViolations } from "./policy-document";

/** Permissions of a role under a name: an entry of the catalogue, or one of your own. */
export interface RolePolicy {
  /** Names the policy in IAM and, after the role's name, its Terraform resources. */
  readonly name: string;
  /**
   * AWS managed policies to attach, as path and name: `service-role/AmazonEBSCSIDriverPolicy`.
   * @default - none
   */
  readonly awsManaged?: readonly string[];
  /**
   * The statements of a policy to make; a function that takes the partition gets it, for ARNs.
   * @default - none
   */
  readonly statements?: (partition: string) => readonly PolicyStatement[];
  /**
   * Make a managed policy of the account (6,144 characters) of the statements instead of an inline one
   * (10,240 characters, which all inline policies of a role share).
   * @default false
   */
  readonly standalone?: boolean;
  /** What is wrong with the options that the entry was made of. @default - nothing */
  readonly violations?: readonly string[];
}

/**
 * AWS managed policies, whatever the partition: ARNs as literals hold in one partition only.
 *
 * @param policies path and name, such as `AmazonS3ReadOnlyAccess` or `service-role/NAME`
 */
export function awsManaged(...policies: string[]): RolePolicy {
  return { name: "aws-managed", awsManaged: policies };
}

/** The last part of a managed policy's ARN or path; undefined when it holds a token. */
export function policyNameOf(arnOrPath: string): string | undefined {
  const name = arnOrPath.slice(arnOrPath.lastIndexOf("/") + 1);
  return name.includes("TfToken[") ? undefined : name;
}

/** For counting characters before the partition is known: the longest name there is. */
export const longestPartition = "aws-us-gov";

/** What is wrong with a policy, its options included. */
export function rolePolicyViolations(policy: RolePolicy): string[] {
  const { name, awsManaged = [], statements, violations: ofOptions = [] } = policy;
  const what = `policy ${name}`;
  if (Token.isUnresolved(name)) return ["policy name must be known at synthesis"];
  return [
    ...violations("policy name", name, policyNameRules),
    ...awsManaged.flatMap((managed) => violations(what, managed, awsManagedPolicyRules)),
    ...(ofOptions.length > 0 || statements === undefined
      ? ofOptions
      : statementViolations(`${what} statements`, statements(longestPartition))),
  ];
}
