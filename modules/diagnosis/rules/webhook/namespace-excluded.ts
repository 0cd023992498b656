import { documentation } from "../../documentation";
import { type DiagnosisRule } from "../../rule";
import { idleHooks } from "./hook";
import { unmetRequirement } from "./label-selector";

export const namespaceExcluded: DiagnosisRule = {
  code: "IRSA-DIAG-WEBHOOK-NAMESPACE",
  link: "webhook",
  means: "The webhook's namespace selector leaves out the pod's namespace.",
  remedy: "Change the selector, or the namespace's labels.",
  sources: [documentation.admissionWebhooks],
  find: (facts) => {
    const { namespace } = facts;
    if (namespace === undefined) return [];
    const labels = { "kubernetes.io/metadata.name": namespace.name, ...namespace.labels };
    return idleHooks(facts).flatMap((hook) => {
      const unmet = unmetRequirement(hook.namespaceSelector, labels);
      return unmet === undefined
        ? []
        : [
            {
              what: `the webhook leaves out namespace ${namespace.name}`,
              expected: unmet,
              actual: Object.entries(labels)
                .map(([key, value]) => `${key}=${value}`)
                .join(", "),
              remedy: `Take ${namespace.name} out of the webhook's excluded namespaces (mutatingWebhook.namespaceSelector), or move the workload to a namespace that is not excluded.`,
            },
          ];
    });
  },
};
