import { documentation } from "../../documentation";
import { roleArnsIn } from "../../facts";
import { restartRemedy } from "../../remedies";
import type { DiagnosisRule } from "../../rule";

export const staleRole: DiagnosisRule = {
  code: "IRSA-DIAG-POD-STALE-ROLE",
  link: "pod",
  means:
    "A running pod has another role than a new one would get: the annotation has changed since.",
  remedy: "Delete the pod, so that it comes back with the role of now.",
  sources: [documentation.webhook],
  find: ({ pods = [], dryRunPod }) => {
    const [wanted] = dryRunPod === undefined ? [] : roleArnsIn(dryRunPod);
    if (wanted === undefined) return [];
    return pods.flatMap((pod) => {
      const other = roleArnsIn(pod).find((arn) => arn !== wanted);
      return other === undefined
        ? []
        : [
            {
              what: `pod ${pod.namespace}/${pod.name} has a role of before`,
              expected: wanted,
              actual: other,
              remedy: restartRemedy(pod.namespace),
            },
          ];
    });
  },
};
