import { checkRange, rangeText, tokenExpirationRule } from "../../../validation";
import { documentation } from "../../documentation";
import { type DiagnosisRule, when } from "../../rule";

export const tokenExpiration: DiagnosisRule = {
  code: "IRSA-DIAG-ANNOTATION-EXPIRATION",
  link: "service-account",
  severity: "warning",
  means:
    "The ServiceAccount asks for a token lifetime that Kubernetes or the webhook does not give.",
  remedy: "Ask for 600 to 86400 seconds.",
  sources: [documentation.webhook],
  find: ({ serviceAccount, prefix }) => {
    const seconds = serviceAccount?.annotations[`${prefix}/token-expiration`];
    const isWrong = checkRange([], Number(seconds), tokenExpirationRule).length > 0;
    return when(seconds !== undefined && isWrong, {
      what: `the annotation ${prefix}/token-expiration must ${rangeText(tokenExpirationRule)}`,
      actual: seconds,
    });
  },
};
