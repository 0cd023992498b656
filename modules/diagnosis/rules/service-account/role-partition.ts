import { documentation } from "../../documentation";
import type { DiagnosisRule } from "../../rule";
import { annotatedRole } from "./annotated-role";

export const rolePartition: DiagnosisRule = {
  code: "IRSA-DIAG-ROLE-PARTITION",
  link: "service-account",
  means: "The ServiceAccount is annotated with a role of another partition than the cluster's.",
  remedy: "Correct the ARN: arn:aws, arn:aws-cn, arn:aws-us-gov or arn:aws-eusc.",
  answer: "ValidationError: Request ARN is invalid",
  sources: [documentation.arns],
  find: (facts) => {
    const role = annotatedRole(facts);
    return role?.isOtherPartition === true
      ? [
          {
            what: "the annotated role is of another partition",
            expected: role.nearest ?? `arn:${role.partition}:…`,
            actual: role.arn,
            remedy: role.remedy,
          },
        ]
      : [];
  },
};
