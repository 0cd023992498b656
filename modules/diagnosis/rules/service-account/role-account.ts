import { documentation } from "../../documentation";
import type { DiagnosisRule } from "../../rule";
import { annotatedRole } from "./annotated-role";

export const roleAccount: DiagnosisRule = {
  code: "IRSA-DIAG-ROLE-ACCOUNT",
  link: "service-account",
  means:
    "The ServiceAccount is annotated with a role of another account than the cluster's roles are in.",
  remedy:
    "Correct the account in the ARN, or give that account an identity provider for the issuer.",
  answer: "InvalidIdentityToken: No OpenIDConnect provider found in your account",
  sources: [documentation.arns, documentation.createProviderApi],
  consequenceOf: ["IRSA-DIAG-ROLE-PARTITION"],
  find: (facts) => {
    const role = annotatedRole(facts);
    return role?.isOtherAccount === true
      ? [
          {
            what: "the annotated role is of another account",
            expected: role.nearest ?? `a role of account ${role.accountId}`,
            actual: role.arn,
            remedy: role.remedy,
          },
        ]
      : [];
  },
};
