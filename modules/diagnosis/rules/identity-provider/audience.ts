import { documentation } from "../../documentation";
import { type DiagnosisRule, when } from "../../rule";

export const providerAudience: DiagnosisRule = {
  code: "IRSA-DIAG-PROVIDER-AUDIENCE",
  link: "identity-provider",
  means: "The identity provider does not take the audience of the cluster's pods.",
  remedy:
    "Add the audience to the provider's client IDs; in every partition it is sts.amazonaws.com.",
  answer: "InvalidIdentityToken: Incorrect token audience",
  sources: [documentation.createProviderApi],
  find: ({ provider, audience, evidence }) =>
    when(provider?.clientIds.includes(audience) === false, {
      what: `the identity provider does not take the audience ${audience}`,
      expected: audience,
      actual: provider?.clientIds.join(", "),
      remedy: `Apply the stack of ${evidence.target.cluster ?? "the cluster"}, or \`aws iam add-client-id-to-open-id-connect-provider --open-id-connect-provider-arn ${provider?.arn} --client-id ${audience}\`.`,
    }),
};
