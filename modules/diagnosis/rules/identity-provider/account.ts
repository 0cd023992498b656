import { roleArnOf, roleArnPattern } from "../../assumptions";
import { documentation } from "../../documentation";
import { type DiagnosisRule, when } from "../../rule";

export const providerAccount: DiagnosisRule = {
  code: "IRSA-DIAG-PROVIDER-ACCOUNT",
  link: "identity-provider",
  means:
    "The issuer's identity provider is in another account or partition than the role; each account needs its own.",
  remedy: "Make an identity provider for the issuer in the role's account.",
  answer: "InvalidIdentityToken: No OpenIDConnect provider found in your account",
  sources: [documentation.createProviderApi, documentation.arns],
  find: (facts) => {
    const { account, provider, intended } = facts;
    const role = roleArnPattern.exec(roleArnOf(facts) ?? "")?.groups;
    const elsewhere = intended?.identityProviderArn?.split(":");
    const isElsewhere =
      account !== undefined &&
      provider === undefined &&
      role?.account === account.accountId &&
      elsewhere !== undefined &&
      (elsewhere[4] !== account.accountId || elsewhere[1] !== account.partition);
    return when(isElsewhere, {
      what: `the issuer's identity provider is in another account or partition than the role`,
      expected: `a provider in account ${account?.accountId} (${account?.partition})`,
      actual: intended?.identityProviderArn,
      remedy: `Describe the issuer as existing in a stack of account ${account?.accountId} (hosting: existing), with a provider and the roles of that account.`,
    });
  },
};
