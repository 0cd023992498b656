import { roleArnPattern } from "../../assumptions";
import { documentation } from "../../documentation";
import type { DiagnosisRule } from "../../rule";

export const roleArnForm: DiagnosisRule = {
  code: "IRSA-DIAG-ROLE-ARN-FORM",
  link: "service-account",
  means:
    "The annotation is not the ARN of a role: a name alone, white space, or the ARN of something else.",
  remedy: "Write the whole ARN: arn:PARTITION:iam::ACCOUNT:role/NAME.",
  answer: "ValidationError: Request ARN is invalid",
  sources: [documentation.arns],
  find: ({ serviceAccount, prefix }) => {
    const arn = serviceAccount?.annotations[`${prefix}/role-arn`];
    return arn === undefined || roleArnPattern.test(arn)
      ? []
      : [
          {
            what: `the annotation ${prefix}/role-arn is not the ARN of a role`,
            expected: "arn:PARTITION:iam::ACCOUNT:role/NAME",
            actual: arn,
          },
        ];
  },
};
