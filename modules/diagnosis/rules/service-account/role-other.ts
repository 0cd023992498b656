import { documentation } from "../../documentation";
import { type DiagnosisRule, when } from "../../rule";
import { annotatedRole } from "./annotated-role";

export const roleOther: DiagnosisRule = {
  code: "IRSA-DIAG-ROLE-OTHER",
  link: "service-account",
  severity: "warning",
  means: "The ServiceAccount is annotated with another role than the configuration has for it.",
  remedy: "Correct the annotation, or add the ServiceAccount to that role.",
  sources: [documentation.webhook],
  find: (facts) => {
    const role = annotatedRole(facts);
    const isOther = role?.nearest !== undefined && !role.isOtherAccount && !role.isOtherPartition;
    return when(isOther, {
      what: "the ServiceAccount is annotated with another role than is configured for it",
      expected: role?.nearest,
      actual: role?.arn,
      remedy: role?.remedy,
    });
  },
};
