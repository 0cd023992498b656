import { documentation } from "../../documentation";
import { type DiagnosisRule } from "../../rule";
import { similarProvider } from "./similar-provider";

export const providerUrl: DiagnosisRule = {
  code: "IRSA-DIAG-PROVIDER-URL",
  link: "identity-provider",
  means:
    "The account has an identity provider for another spelling of the issuer: a slash, upper case, a port or the path. AWS compares byte by byte.",
  remedy: "Register the issuer as it is in the tokens; a provider's URL cannot be changed.",
  answer: "InvalidIdentityToken: No OpenIDConnect provider found in your account",
  sources: [documentation.createProviderApi],
  consequenceOf: ["IRSA-DIAG-ISSUER-URL", "IRSA-DIAG-PROVIDER-ACCOUNT"],
  find: (facts) => {
    const similar = similarProvider(facts);
    if (similar === undefined) return [];
    const { provider, difference } = similar;
    return [
      {
        what: `the identity provider is for another spelling of the issuer: they differ in ${difference}`,
        expected: facts.issuerUrl,
        actual: provider.url,
        remedy: `Let Terraform make the provider anew with the URL ${facts.issuerUrl}, and the trust policies with it; then remove ${provider.arn}.`,
      },
    ];
  },
};
