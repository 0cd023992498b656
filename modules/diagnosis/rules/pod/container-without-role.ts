import { documentation } from "../../documentation";
import { restartRemedy } from "../../remedies";
import type { DiagnosisRule } from "../../rule";
import { containersWithRole, hasRole, isSkipped } from "./containers";

export const containerWithoutRole: DiagnosisRule = {
  code: "IRSA-DIAG-POD-CONTAINER-WITHOUT-ROLE",
  link: "pod",
  severity: "warning",
  means:
    "A container has neither role nor token, although others of its pod have: another webhook has added it after the pod identity webhook.",
  remedy: "Set reinvocationPolicy: IfNeeded for the pod identity webhook.",
  sources: [documentation.admissionWebhooks, documentation.webhook],
  find: (facts) =>
    containersWithRole(facts)
      .filter((placed) => !hasRole(placed) && !isSkipped(placed, facts))
      .map(({ where, pod }) => ({
        what: `${where} has neither role nor token, other containers have`,
        remedy: `Set reinvocationPolicy: IfNeeded in the webhook's configuration. ${restartRemedy(pod.namespace)}`,
      })),
};
