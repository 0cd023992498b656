import { documentation } from "../../documentation";
import { roleArnsIn, timeOf } from "../../facts";
import { restartRemedy } from "../../remedies";
import type { DiagnosisRule } from "../../rule";

export const podNotMutated: DiagnosisRule = {
  code: "IRSA-DIAG-POD-NOT-MUTATED",
  link: "pod",
  means:
    "A running pod has neither role nor token although a new one would get both: it is older than the annotation or the webhook, or the webhook did not answer when it was created.",
  remedy: "Delete the pod, so that it comes back with both.",
  sources: [documentation.webhook, documentation.admissionWebhooks],
  consequenceOf: ["IRSA-DIAG-WEBHOOK-OBJECT"],
  find: ({ pods = [], dryRunPod, serviceAccount, hooks = [] }) => {
    if (dryRunPod === undefined || roleArnsIn(dryRunPod).length === 0) return [];
    const annotatedAt = timeOf(serviceAccount?.annotatedAt);
    const installedAt = timeOf(hooks[0]?.createdAt);
    return pods
      .filter((pod) => roleArnsIn(pod).length === 0)
      .map((pod) => {
        const createdAt = timeOf(pod.createdAt);
        const cause =
          createdAt !== undefined && annotatedAt !== undefined && createdAt < annotatedAt
            ? `: it is older than the ServiceAccount's annotation of ${annotatedAt.toISOString()}`
            : createdAt !== undefined && installedAt !== undefined && createdAt < installedAt
              ? `: it is older than the webhook of ${installedAt.toISOString()}`
              : "";
        return {
          what: `pod ${pod.namespace}/${pod.name} has neither role nor token${cause}`,
          expected: "AWS_ROLE_ARN and AWS_WEB_IDENTITY_TOKEN_FILE",
          actual: pod.createdAt === undefined ? "neither" : `neither; created ${pod.createdAt}`,
          remedy: restartRemedy(pod.namespace),
        };
      });
  },
};
