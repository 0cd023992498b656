import type { AwsProviderConfig } from "@cdktf/provider-aws/lib/provider";
import {
  accountIdRules,
  checkText,
  type NameRule,
  roleArnRules,
  under,
  type Violation,
} from "../modules/validation";

/** How the AWS provider reaches the account of a stack. */
export interface AwsAccountProps {
  /**
   * A profile of the AWS configuration files.
   * @default - the credentials of Terraform's environment
   */
  readonly profile?: string;
  /**
   * A role that the provider assumes.
   * @default - none
   */
  readonly assumeRole?: AssumeRoleProps;
  /**
   * The account that the stack belongs in, 12 digits: a plan in any other fails before anything is made.
   * @default - not checked
   */
  readonly accountId?: string;
}

/** A role that the AWS provider assumes. */
export interface AssumeRoleProps {
  readonly roleArn: string;
  /** @default - none */
  readonly externalId?: string;
  /** @default - the provider's own */
  readonly sessionName?: string;
}

const profileRules: readonly NameRule[] = [
  {
    pattern: "^[A-Za-z0-9_.@/+-]{1,128}$",
    must: "be a profile's name of at most 128 letters, digits and the characters _.@/+-",
  },
];

/** @see {@link https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html AssumeRole} */
const externalIdRules: readonly NameRule[] = [
  {
    pattern: "^[A-Za-z0-9_+=,.@:/-]{2,1224}$",
    must: "be 2 to 1224 letters, digits and the characters _+=,.@:/-",
  },
];

const sessionNameRules: readonly NameRule[] = [
  {
    pattern: "^[A-Za-z0-9_+=,.@-]{2,64}$",
    must: "be 2 to 64 letters, digits and the characters _+=,.@-",
  },
];

/** What is wrong with the way to an account. */
export function awsAccountViolations(props: AwsAccountProps): Violation[] {
  const { profile, assumeRole, accountId } = props;
  const check = (name: string, value: string | undefined, rules: readonly NameRule[]) =>
    value === undefined ? [] : checkText([name], value, rules);
  return [
    ...check("profile", profile, profileRules),
    ...check("accountId", accountId, accountIdRules),
    ...(assumeRole === undefined
      ? []
      : under(
          ["assumeRole"],
          [
            ...check("roleArn", assumeRole.roleArn, roleArnRules),
            ...check("externalId", assumeRole.externalId, externalIdRules),
            ...check("sessionName", assumeRole.sessionName, sessionNameRules),
            ...otherAccountViolations(assumeRole.roleArn, accountId),
          ],
        )),
  ];
}

function otherAccountViolations(roleArn: string, accountId: string | undefined): Violation[] {
  const account = roleArn.split(":")[4];
  if (accountId === undefined || account === undefined || account === accountId) return [];
  return [
    { path: ["roleArn"], rule: "must be a role in the account of {accountId}", given: roleArn },
  ];
}

/** The arguments of the AWS provider. */
export function awsProviderConfig(
  region: string,
  { profile, assumeRole, accountId }: AwsAccountProps,
): AwsProviderConfig {
  return {
    region,
    profile,
    assumeRole: assumeRole && [{ ...assumeRole }],
    allowedAccountIds: accountId === undefined ? undefined : [accountId],
  };
}
