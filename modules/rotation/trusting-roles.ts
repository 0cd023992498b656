import { conditionsOf, identityProvidersOf, type Json, statementsOf } from "../iam/policy-document";
import type { ListedRole } from "./issuer-facts";

/**
 * Whether a role's trust policy lets tokens of an issuer in: a statement allows it that names its identity
 * provider, and has no condition on the tokens of another one, which would never be met.
 *
 * @see {@link https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html#condition-keys-wif Condition keys of web identity federation}
 */
export function trusts({ trustPolicy }: ListedRole, issuerUrl: string): boolean {
  const hostpath = issuerUrl.replace(/^https:\/\//, "");
  return statementsOf(trustPolicy).some(
    (statement) =>
      statement.Effect === "Allow" &&
      identityProvidersOf(statement).some((arn) => arn.endsWith(`:oidc-provider/${hostpath}`)) &&
      tokenKeys(statement).every((key) => key.startsWith(`${hostpath}:`.toLowerCase())),
  );
}

/** Condition keys about a token, in lower case: IAM ignores their case. */
function tokenKeys(statement: Json): string[] {
  return conditionsOf(statement)
    .map(({ key }) => key.toLowerCase())
    .filter((key) => !/^(aws|sts):/.test(key));
}
