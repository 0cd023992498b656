import { Token } from "cdktf";
import {
  audienceRules,
  checkList,
  checkText,
  checkUnique,
  issuerHostpathRules,
  type Path,
  providerArnRules,
  type Violation,
} from "../validation";
import type { TrustStatement } from "./policy-document";
import { subjects } from "./service-accounts";

/** An issuer whose tokens a role trusts: the one of a cluster, or a previous one. */
export interface TrustedIssuer {
  /** The issuer's host and path, without scheme: what condition keys begin with. */
  readonly issuerHostpath: string;
  /** The ARN of the IAM identity provider of the issuer. */
  readonly providerArn: string;
  /** The audiences that tokens may have. @default - `sts.amazonaws.com`, in every partition */
  readonly audiences?: readonly string[];
}

const defaultAudiences: readonly string[] = ["sts.amazonaws.com"];

/** The audiences of an issuer's tokens. */
export function audiencesOf({ audiences = defaultAudiences }: TrustedIssuer): readonly string[] {
  return audiences;
}

/**
 * The statements of a trust policy: one a provider and operator. IAM wants all conditions of a
 * statement to hold, so exact and wildcard subjects in one statement would exclude each other.
 *
 * Both `aud` and `sub` are always there: without `sub` every pod of the cluster could assume the role,
 * without `aud` a token made for another relying party could be used at AWS.
 *
 * @param audiences those that the role trusts, whatever the issuers are known for
 * @see {@link https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html IAM and AWS STS condition context keys}
 */
export function trustStatements(
  issuers: readonly TrustedIssuer[],
  serviceAccounts: readonly string[],
  audiences?: readonly string[],
): TrustStatement[] {
  const { exact, wildcard } = subjects(serviceAccounts);
  return issuers.flatMap((issuer) => {
    const trusted = { ...issuer, audiences: audiences ?? audiencesOf(issuer) };
    return [
      ...statement(trusted, "StringEquals", exact),
      ...statement(trusted, "StringLike", wildcard),
    ];
  });
}

function statement(
  issuer: Required<TrustedIssuer>,
  test: string,
  subjects: readonly string[],
): TrustStatement[] {
  if (subjects.length === 0) return [];
  const key = (claim: string) => `${issuer.issuerHostpath}:${claim}`;
  return [
    {
      actions: ["sts:AssumeRoleWithWebIdentity"],
      principals: { type: "Federated", identifiers: [issuer.providerArn] },
      conditions: [
        { test: "StringEquals", variable: key("aud"), values: issuer.audiences },
        { test, variable: key("sub"), values: subjects },
      ],
    },
  ];
}

/** The account that a role is made in, as far as its trust policy names it. */
export interface RoleAccount {
  readonly partition: string;
  readonly accountId: string;
  /** Path and name of the role, such as `/ci/app`. */
  readonly role: string;
}

/**
 * The statements for principals besides ServiceAccounts. IAM refuses the ARN of a role that is not
 * there yet, so a role trusts itself by its account and a condition.
 *
 * @param principals ARNs, accounts, or `self`
 * @see {@link https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html AWS JSON policy elements: Principal}
 */
export function principalStatements(
  principals: readonly string[],
  { partition, accountId, role }: RoleAccount,
): TrustStatement[] {
  const root = (account: string) => `arn:${partition}:iam::${account}:root`;
  const others = principals
    .filter((principal) => principal !== "self")
    .map((principal) => (/^[0-9]{12}$/.test(principal) ? root(principal) : principal));
  const assume = (
    identifiers: readonly string[],
    conditions: TrustStatement["conditions"],
  ): TrustStatement => ({
    actions: ["sts:AssumeRole"],
    principals: { type: "AWS", identifiers },
    conditions,
  });
  const itself = {
    test: "ArnEquals",
    variable: "aws:PrincipalArn",
    values: [`arn:${partition}:iam::${accountId}:role${role}`],
  };
  return [
    ...(others.length > 0 ? [assume(others, [])] : []),
    ...(principals.includes("self") ? [assume([root(accountId)], [itself])] : []),
  ];
}

/** Checks the issuers of a role. */
export function checkIssuers(path: Path, issuers: readonly TrustedIssuer[]): Violation[] {
  if (issuers.length === 0) return [{ path, rule: "must have at least one entry", given: issuers }];
  const arns = issuers.map(({ providerArn }) => providerArn);
  return [
    ...issuers.flatMap((issuer, index) => checkIssuer([...path, index], issuer)),
    ...checkUnique(path, arns),
  ];
}

function checkIssuer(path: Path, issuer: TrustedIssuer): Violation[] {
  const form = [
    ...checkText([...path, "issuerHostpath"], issuer.issuerHostpath, issuerHostpathRules),
    ...checkText([...path, "providerArn"], issuer.providerArn, providerArnRules),
  ];
  return [
    ...(form.length > 0 ? form : checkMatch(path, issuer)),
    ...checkList([...path, "audiences"], audiencesOf(issuer), audienceRules),
  ];
}

/** A host path that is cut short, or another issuer's, gives a role that nobody can assume. */
function checkMatch(path: Path, { issuerHostpath, providerArn }: TrustedIssuer): Violation[] {
  const [, ofProvider] = providerArn.split(":oidc-provider/");
  if (ofProvider === undefined || Token.isUnresolved(issuerHostpath + ofProvider)) return [];
  return ofProvider === issuerHostpath
    ? []
    : [
        {
          path: [...path, "issuerHostpath"],
          rule: `must be what {providerArn} has after oidc-provider/ (${JSON.stringify(ofProvider)})`,
          given: issuerHostpath,
        },
      ];
}
