import { partitionOf } from "../../../validation";
import { documentation } from "../../documentation";
import type { DiagnosisRule } from "../../rule";
import { containersWithRole, hasRole } from "./containers";

export const podRegion: DiagnosisRule = {
  code: "IRSA-DIAG-POD-REGION",
  link: "pod",
  means:
    "A container is set to a region of another partition than its role, where STS does not know the role.",
  remedy: "Set AWS_REGION to a region of the role's partition.",
  answer: "InvalidIdentityToken or ValidationError: Request ARN is invalid",
  sources: [documentation.regionalEndpoints, documentation.arns],
  find: (facts) =>
    containersWithRole(facts)
      .filter(hasRole)
      .flatMap(({ where, container: { env }, pod }) => {
        const region = env.AWS_REGION ?? env.AWS_DEFAULT_REGION;
        const [, partition] = String(env.AWS_ROLE_ARN).split(":");
        if (typeof region !== "string" || partitionOf(region) === partition) return [];
        return [
          {
            what: `${where} is set to a region of another partition than its role`,
            expected: facts.intended?.region ?? `a region of ${partition}`,
            actual: region,
            remedy: `\`kubectl set env deployment NAME -n ${pod.namespace} AWS_REGION=${facts.intended?.region ?? "REGION"}\`.`,
          },
        ];
      }),
};
