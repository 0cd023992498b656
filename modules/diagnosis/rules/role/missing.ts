import { assumptionsOf } from "../../assumptions";
import { documentation } from "../../documentation";
import type { DiagnosisRule } from "../../rule";

export const roleMissing: DiagnosisRule = {
  code: "IRSA-DIAG-ROLE-MISSING",
  link: "role",
  means: "The role does not exist.",
  remedy:
    "Apply the cluster's stack, or correct the role's ARN in the ServiceAccount's annotation.",
  answer: "AccessDenied: Not authorized to perform sts:AssumeRoleWithWebIdentity",
  sources: [documentation.assumeRole],
  find: (facts) =>
    assumptionsOf(facts)
      .filter(({ role }) => role?.exists === false)
      .map(({ roleArn, serviceAccount }) => ({
        what: `the role of ${serviceAccount} does not exist`,
        actual: roleArn,
        remedy: `Apply the cluster's stack, or correct the ARN: \`aws iam get-role --role-name ${roleArn.split("/").at(-1)}\`.`,
      })),
};
