import { matchesWildcard } from "../../../iam/wildcard";
import { assumptionsOf, isAllowed, subjectOf } from "../../assumptions";
import { documentation } from "../../documentation";
import type { DiagnosisRule } from "../../rule";

const anybody = "irsa-doctor-nobody/nobody";

export const noSubject: DiagnosisRule = {
  code: "IRSA-DIAG-ROLE-ANYBODY",
  link: "role",
  severity: "warning",
  means:
    "The trust policy lets every ServiceAccount of the cluster assume the role, which is not asked for.",
  remedy: "Add a condition on the issuer's sub to the trust policy.",
  sources: [documentation.conditionKeys],
  find: (facts) => {
    const sub = subjectOf(anybody);
    return assumptionsOf(facts)
      .filter(
        ({ roleArn }) =>
          !(facts.intended?.roles ?? []).some(
            ({ arn, serviceAccounts }) =>
              arn === roleArn && serviceAccounts.some((entry) => matchesWildcard(anybody, entry)),
          ),
      )
      .filter((assumption) => isAllowed(assumption, facts, { sub }) === true)
      .map(({ roleArn, serviceAccount }) => ({
        what: "every ServiceAccount of the cluster may assume the role",
        expected: `${facts.hostpath}:sub = ${subjectOf(serviceAccount)}`,
        actual: roleArn,
      }));
  },
};
