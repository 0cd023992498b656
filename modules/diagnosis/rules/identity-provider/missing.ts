import { documentation } from "../../documentation";
import { type DiagnosisRule, when } from "../../rule";
import { similarProvider } from "./similar-provider";

export const providerMissing: DiagnosisRule = {
  code: "IRSA-DIAG-PROVIDER-MISSING",
  link: "identity-provider",
  means: "The account has no identity provider for the issuer.",
  remedy: "Apply the cluster's stack in the account of the roles.",
  answer: "InvalidIdentityToken: No OpenIDConnect provider found in your account",
  sources: [documentation.createProviderApi],
  consequenceOf: ["IRSA-DIAG-ISSUER-URL", "IRSA-DIAG-PROVIDER-ACCOUNT"],
  find: (facts) => {
    const { account, issuerUrl, provider, evidence } = facts;
    const isMissing =
      account !== undefined &&
      issuerUrl !== undefined &&
      provider === undefined &&
      similarProvider(facts) === undefined;
    return when(isMissing, () => ({
      what: `account ${account?.accountId} has no identity provider for the issuer`,
      expected: issuerUrl,
      actual:
        account?.providers.length === 0
          ? "no identity provider"
          : account?.providers.map(({ url }) => url).join(", "),
      remedy: `Apply the stack of ${evidence.target.cluster ?? "the cluster"} in account ${account?.accountId}, or look with the credentials of the account that has it: \`aws iam list-open-id-connect-providers\`.`,
    }));
  },
};
