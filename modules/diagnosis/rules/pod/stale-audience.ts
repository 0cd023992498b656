import { documentation } from "../../documentation";
import { roleArnsIn } from "../../facts";
import { restartRemedy } from "../../remedies";
import type { DiagnosisRule } from "../../rule";

export const podAudience: DiagnosisRule = {
  code: "IRSA-DIAG-POD-AUDIENCE",
  link: "pod",
  means: "A running pod has a token for an audience that the identity provider does not take.",
  remedy:
    "Make the pod anew after a change of the webhook's audience; correct the volume of a pod that mounts its token itself.",
  answer: "InvalidIdentityToken: Incorrect token audience",
  sources: [documentation.projectedTokens],
  consequenceOf: [
    "IRSA-DIAG-PROVIDER-AUDIENCE",
    "IRSA-DIAG-ANNOTATION-AUDIENCE",
    "IRSA-DIAG-WEBHOOK-AUDIENCE",
  ],
  find: ({ pods = [], provider }) =>
    pods
      .filter((pod) => provider !== undefined && roleArnsIn(pod).length > 0)
      .flatMap((pod) => {
        const audiences = pod.projectedTokens.flatMap(({ audience }) => audience ?? []);
        return audiences.length === 0 || audiences.some((one) => provider?.clientIds.includes(one))
          ? []
          : [
              {
                what: `the token of pod ${pod.namespace}/${pod.name} is for an audience that the identity provider does not take`,
                expected: provider?.clientIds.join(" or "),
                actual: audiences.join(", "),
                remedy: restartRemedy(pod.namespace),
              },
            ];
      }),
};
