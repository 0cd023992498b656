import { documentation } from "../../documentation";
import type { DiagnosisRule } from "../../rule";
import { containersWithRole } from "./containers";

export const staticKeysSuspected: DiagnosisRule = {
  code: "IRSA-DIAG-POD-ENV-FROM",
  link: "pod",
  severity: "warning",
  means:
    "A container takes its environment from a Secret or ConfigMap whose name suggests AWS keys, which would win.",
  remedy: "Look whether it contains AWS_ACCESS_KEY_ID, and remove it.",
  sources: [documentation.sdkCredentials],
  consequenceOf: ["IRSA-DIAG-POD-STATIC-KEYS"],
  find: (facts) =>
    containersWithRole(facts).flatMap(({ where, container, pod }) =>
      container.envFrom
        .filter((name) => /\/.*(aws|s3|iam|access-?key|credential)/i.test(name))
        .map((name) => ({
          what: `${where} takes its environment from ${name}, which may contain static keys`,
          actual: name,
          remedy: `\`kubectl describe ${name.toLowerCase()} -n ${pod.namespace}\` shows the names: AWS_ACCESS_KEY_ID must not be among them.`,
        })),
    ),
};
