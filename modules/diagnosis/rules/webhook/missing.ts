import { documentation } from "../../documentation";
import { roleArnsIn } from "../../facts";
import { type DiagnosisRule, when } from "../../rule";

export const webhookMissing: DiagnosisRule = {
  code: "IRSA-DIAG-WEBHOOK-MISSING",
  link: "webhook",
  means: "The pod identity webhook is not installed, so that pods get neither role nor token.",
  remedy: "Install what `irsa manifests add-ons` writes.",
  sources: [documentation.webhook, documentation.webhookSetup],
  find: ({ hooks, dryRunPod }) =>
    when(hooks?.length === 0 && (dryRunPod === undefined || roleArnsIn(dryRunPod).length === 0), {
      what: "the cluster has no pod identity webhook",
      expected: "a MutatingWebhookConfiguration of the pod identity webhook",
      actual: "none",
      remedy:
        "Install cert-manager and the webhook: `irsa manifests add-ons --out DIR`, then apply it.",
    }),
};
