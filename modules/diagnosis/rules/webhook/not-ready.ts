import { documentation } from "../../documentation";
import type { DiagnosisRule } from "../../rule";
import { deploymentOf } from "./hook";

export const notReady: DiagnosisRule = {
  code: "IRSA-DIAG-WEBHOOK-NOT-READY",
  link: "webhook",
  means:
    "No pod of the webhook is ready: there is none, it waits for a node or for its certificate.",
  remedy: "Look at the pods' events; without cert-manager the certificate's Secret is missing.",
  sources: [documentation.webhook],
  consequenceOf: ["IRSA-DIAG-WEBHOOK-CRASHING"],
  find: ({ hooks = [] }) =>
    hooks
      .filter(({ pods, service }) => service !== undefined && pods.every(({ isReady }) => !isReady))
      .map((hook) => ({
        what: hook.pods.length === 0 ? "the webhook has no pods" : "no pod of the webhook is ready",
        expected: "a ready pod",
        actual: hook.pods.map(({ name }) => name).join(", ") || "none",
        remedy: `\`kubectl describe ${deploymentOf(hook)}\`, then its pods; a Secret that is missing is the certificate's: is cert-manager installed?`,
      })),
};
