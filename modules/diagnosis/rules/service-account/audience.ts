import { documentation } from "../../documentation";
import { annotateCommand } from "../../remedies";
import { type DiagnosisRule, when } from "../../rule";

export const annotatedAudience: DiagnosisRule = {
  code: "IRSA-DIAG-ANNOTATION-AUDIENCE",
  link: "service-account",
  means: "The ServiceAccount asks for an audience that the identity provider does not take.",
  remedy: "Remove the annotation, or add the audience to the provider's client IDs.",
  answer: "InvalidIdentityToken: Incorrect token audience",
  sources: [documentation.webhook, documentation.createProviderApi],
  find: (facts) => {
    const { serviceAccount, provider, prefix } = facts;
    const audience = serviceAccount?.annotations[`${prefix}/audience`];
    return when(audience !== undefined && provider?.clientIds.includes(audience) === false, {
      what: "the ServiceAccount asks for an audience that the identity provider does not take",
      expected: provider?.clientIds.join(" or "),
      actual: audience,
      remedy: `${annotateCommand(facts, `${prefix}/audience-`)}, or additionalAudiences: [${audience}] in irsa.yaml.`,
    });
  },
};
