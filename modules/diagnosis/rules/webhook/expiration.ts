import { documentation } from "../../documentation";
import { type DiagnosisRule, when } from "../../rule";

export const webhookExpiration: DiagnosisRule = {
  code: "IRSA-DIAG-WEBHOOK-EXPIRATION",
  link: "webhook",
  severity: "warning",
  means: "A new pod gets a token of another lifetime than its ServiceAccount asks for.",
  remedy: "Look whether something else than the webhook mounts the token.",
  sources: [documentation.webhook],
  find: ({ serviceAccount, prefix, dryRunPod }) => {
    const wanted = serviceAccount?.annotations[`${prefix}/token-expiration`];
    const given = dryRunPod?.projectedTokens.find(
      ({ path }) => path === "token",
    )?.expirationSeconds;
    return when(
      wanted !== undefined &&
        /^\d+$/.test(wanted) &&
        given !== undefined &&
        Number(wanted) !== given,
      {
        what: "a new pod gets a token of another lifetime than its ServiceAccount asks for",
        expected: `${wanted} s`,
        actual: `${given} s`,
      },
    );
  },
};
