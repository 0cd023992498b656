import { Token } from "cdktf";
import { violations } from "../validation";
import { audienceRules, issuerHostpathRules, providerArnRules } from "./names";
import { duplicateViolations, listViolations, type TrustStatement } from "./policy-document";
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
 * @see {@link https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html IAM and AWS STS condition context keys}
 */
export function trustStatements(
  issuers: readonly TrustedIssuer[],
  serviceAccounts: readonly string[],
): TrustStatement[] {
  const { exact, wildcard } = subjects(serviceAccounts);
  return issuers.flatMap((issuer) => [
    ...statement(issuer, "StringEquals", exact),
    ...statement(issuer, "StringLike", wildcard),
  ]);
}

function statement(
  issuer: TrustedIssuer,
  test: string,
  subjects: readonly string[],
): TrustStatement[] {
  if (subjects.length === 0) return [];
  const key = (claim: string) => `${issuer.issuerHostpath}:${claim}`;
  return [
    {
      actions: ["sts:AssumeRoleWithWebIdentity"],
      federated: issuer.providerArn,
      conditions: [
        { test: "StringEquals", variable: key("aud"), values: audiencesOf(issuer) },
        { test, variable: key("sub"), values: subjects },
      ],
    },
  ];
}

/** What is wrong with the issuers of a role. */
export function issuerViolations(issuers: readonly TrustedIssuer[]): string[] {
  if (issuers.length === 0) return ["issuers must have at least one entry, got: none"];
  return [
    ...issuers.flatMap((issuer, index) => oneViolations(`issuers[${index}]`, issuer)),
    ...duplicateViolations(
      "issuers",
      issuers.map(({ providerArn }) => providerArn),
    ),
  ];
}

function oneViolations(what: string, issuer: TrustedIssuer): string[] {
  const form = [
    ...violations(`${what}.issuerHostpath`, issuer.issuerHostpath, issuerHostpathRules),
    ...violations(`${what}.providerArn`, issuer.providerArn, providerArnRules),
  ];
  return [
    ...(form.length > 0 ? form : matchViolations(what, issuer)),
    ...listViolations(`${what}.audiences`, audiencesOf(issuer), audienceRules),
  ];
}

/** A host path that is cut short, or another issuer's, gives a role that nobody can assume. */
function matchViolations(what: string, { issuerHostpath, providerArn }: TrustedIssuer): string[] {
  const [, ofProvider] = providerArn.split(":oidc-provider/");
  if (ofProvider === undefined || Token.isUnresolved(issuerHostpath + ofProvider)) return [];
  return ofProvider === issuerHostpath
    ? []
    : [
        `${what}.issuerHostpath must be what providerArn has after oidc-provider/ (${JSON.stringify(ofProvider)}), got: ${JSON.stringify(issuerHostpath)}`,
      ];
}
