import { documentation } from "../../documentation";
import { type DiagnosisRule, when } from "../../rule";

export const otherServiceAccount: DiagnosisRule = {
  code: "IRSA-DIAG-POD-SERVICE-ACCOUNT",
  link: "pod",
  means: "The pod runs as another ServiceAccount than the one in question, such as default.",
  remedy: "Set serviceAccountName in the pod's template.",
  sources: [documentation.serviceAccountTokens],
  find: ({ pods = [], evidence: { target } }) => {
    if (target.pod === undefined || target.serviceAccount === undefined) return [];
    return pods.flatMap((pod) => {
      const actual = `${pod.namespace}/${pod.serviceAccount}`;
      return when(
        actual !== target.serviceAccount && `${pod.namespace}/${pod.name}` === target.pod,
        {
          what: `pod ${target.pod} runs as another ServiceAccount`,
          expected: target.serviceAccount,
          actual,
          remedy: `Set spec.template.spec.serviceAccountName: ${target.serviceAccount?.split("/")[1]} in the pod's Deployment.`,
        },
      );
    });
  },
};
