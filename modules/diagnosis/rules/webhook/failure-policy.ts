import { failurePolicyConsequence } from "../../../cluster";
import { documentation } from "../../documentation";
import type { DiagnosisRule } from "../../rule";

export const failurePolicy: DiagnosisRule = {
  code: "IRSA-DIAG-WEBHOOK-IGNORE",
  link: "webhook",
  severity: "warning",
  means:
    "While the webhook does not answer, pods start without role and token, and fewer than two of its pods are ready.",
  remedy: "Run two replicas or more, or set failurePolicy: Fail.",
  sources: [documentation.admissionWebhooks],
  consequenceOf: ["IRSA-DIAG-WEBHOOK-CRASHING", "IRSA-DIAG-WEBHOOK-NOT-READY"],
  find: ({ hooks = [] }) =>
    hooks
      .filter(({ failurePolicy: policy, service }) => policy === "Ignore" && service !== undefined)
      .filter(({ pods }) => pods.filter(({ isReady }) => isReady).length < 2)
      .map(({ name, pods }) => ({
        what: `webhook ${name} may be down unnoticed`,
        expected: "two ready pods, or failurePolicy: Fail",
        actual: `failurePolicy: Ignore, ready pods: ${pods.filter(({ isReady }) => isReady).length}`,
        remedy: `Set replicaCount: 2. ${failurePolicyConsequence.Ignore}`,
      })),
};
