import { Token } from "cdktf";
import {
  awsManagedPolicyRules,
  checkEach,
  checkText,
  policyNameRules,
  type Path,
  under,
  type Violation,
} from "../validation";
import { checkStatements, type PolicyStatement } from "./policy-document";

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
  /** Violations of the options that the entry was made of, from their own owner. @default - none */
  readonly violations?: readonly Violation[];
}

/** The last part of a managed policy's ARN or path; undefined when it holds a token. */
export function policyNameOf(arnOrPath: string): string | undefined {
  const name = arnOrPath.slice(arnOrPath.lastIndexOf("/") + 1);
  return name.includes("TfToken[") ? undefined : name;
}

/** For counting characters before the partition is known: the longest name there is. */
export const longestPartition = "aws-us-gov";

/** Checks a policy, its options included. */
export function checkRolePolicy(path: Path, policy: RolePolicy): Violation[] {
  const { name, awsManaged = [], statements, violations = [] } = policy;
  if (Token.isUnresolved(name)) {
    return [{ path: [...path, "name"], rule: "must be known at synthesis" }];
  }
  return [
    ...checkText([...path, "name"], name, policyNameRules),
    ...checkEach([...path, "awsManaged"], awsManaged, awsManagedPolicyRules),
    ...(violations.length > 0 || statements === undefined
      ? under(path, violations)
      : checkStatements([...path, "statements"], statements(longestPartition))),
  ];
}
