import { documentation } from "../../documentation";
import type { DiagnosisRule } from "../../rule";
import { roleArnsIn } from "../../facts";
import { unmetRequirement } from "./label-selector";

export const objectExcluded: DiagnosisRule = {
  code: "IRSA-DIAG-WEBHOOK-OBJECT",
  link: "webhook",
  means: "The webhook's object selector leaves out the pod.",
  remedy: "Change the pod's labels, or the selector.",
  sources: [documentation.admissionWebhooks],
  find: ({ hooks = [], pods = [] }) =>
    hooks.flatMap((hook) =>
      pods.flatMap((pod) => {
        const unmet = pod.labels && unmetRequirement(hook.objectSelector, pod.labels);
        return unmet === undefined || roleArnsIn(pod).length > 0
          ? []
          : [
              {
                what: `the webhook leaves out pod ${pod.namespace}/${pod.name}`,
                expected: unmet,
                actual: Object.entries(pod.labels ?? {})
                  .map(([key, value]) => `${key}=${value}`)
                  .join(", "),
              },
            ];
      }),
    ),
};
