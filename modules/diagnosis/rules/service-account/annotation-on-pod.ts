import { documentation } from "../../documentation";
import { annotateCommand } from "../../remedies";
import { roleArnsIn } from "../../facts";
import type { DiagnosisRule } from "../../rule";

export const annotationOnPod: DiagnosisRule = {
  code: "IRSA-DIAG-ANNOTATION-ON-POD",
  link: "service-account",
  means: "The role is annotated on the pod; the webhook reads it from the ServiceAccount alone.",
  remedy: "Annotate the ServiceAccount.",
  sources: [documentation.webhook],
  find: (facts) => {
    const { pods = [], prefix, serviceAccount } = facts;
    const name = `${prefix}/role-arn`;
    if (serviceAccount === undefined || Object.hasOwn(serviceAccount.annotations, name)) return [];
    return pods.flatMap((pod) => {
      const arn = pod.annotations[name];
      return arn === undefined || roleArnsIn(pod).length > 0
        ? []
        : [
            {
              what: `pod ${pod.namespace}/${pod.name} has the annotation that belongs on its ServiceAccount`,
              expected: `${name} on ServiceAccount ${serviceAccount.namespace}/${serviceAccount.name}`,
              actual: `${name} on the pod`,
              remedy: `${annotateCommand(facts, `${name}=${arn}`)}, then make its pods anew.`,
            },
          ];
    });
  },
};
