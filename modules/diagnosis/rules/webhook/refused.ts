import { documentation } from "../../documentation";
import { type DiagnosisRule } from "../../rule";

export const webhookRefused: DiagnosisRule = {
  code: "IRSA-DIAG-WEBHOOK-CALL-FAILS",
  link: "webhook",
  means:
    "The API server cannot call the webhook, and so refuses pods: the certificate, the network or a firewall.",
  remedy: "Let the API servers reach the webhook's port; the message says what fails.",
  sources: [documentation.admissionWebhooks],
  consequenceOf: [
    "IRSA-DIAG-WEBHOOK-CRASHING",
    "IRSA-DIAG-WEBHOOK-NOT-READY",
    "IRSA-DIAG-WEBHOOK-NO-ENDPOINTS",
    "IRSA-DIAG-WEBHOOK-CA-MISSING",
    "IRSA-DIAG-WEBHOOK-CA-FOREIGN",
    "IRSA-DIAG-WEBHOOK-CERTIFICATE-EXPIRED",
  ],
  find: ({ dryRun, hooks = [] }) => {
    const refusal = dryRun !== undefined && "refusal" in dryRun ? dryRun.refusal : "";
    const names = hooks.map(({ name }) => name.split("/").at(-1) ?? name);
    return /failed calling webhook/i.test(refusal) && names.some((name) => refusal.includes(name))
      ? [{ what: "the API server cannot call the webhook", expected: "an answer", actual: refusal }]
      : [];
  },
};
