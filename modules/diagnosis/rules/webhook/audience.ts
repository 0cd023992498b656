import { documentation } from "../../documentation";
import { flagOf } from "../../facts";
import { type DiagnosisRule, when } from "../../rule";

export const webhookAudience: DiagnosisRule = {
  code: "IRSA-DIAG-WEBHOOK-AUDIENCE",
  link: "webhook",
  means: "The webhook gives pods tokens for an audience that the identity provider does not take.",
  remedy: "Set the webhook's token audience to one of the provider's client IDs.",
  answer: "InvalidIdentityToken: Incorrect token audience",
  sources: [documentation.webhook],
  consequenceOf: ["IRSA-DIAG-PROVIDER-AUDIENCE", "IRSA-DIAG-ANNOTATION-AUDIENCE"],
  find: ({ hooks = [], provider, dryRunPod }) => {
    const flagged = hooks.map((hook) => flagOf(hook, "token-audience"));
    const projected = dryRunPod?.projectedTokens.find(({ path }) => path === "token");
    const audience = projected === undefined ? flagged.find(Boolean) : projected.audience;
    return when(
      provider !== undefined && audience !== undefined && !provider.clientIds.includes(audience),
      {
        what: "the webhook asks for tokens of an audience that the identity provider does not take",
        expected: provider?.clientIds.join(" or "),
        actual: audience,
        remedy: `Set config.tokenAudience: ${provider?.clientIds[0]} in the webhook's values; a pod keeps its audience until it is made anew.`,
      },
    );
  },
};
