import { assumptionsOf, isAllowed } from "../../assumptions";
import { documentation } from "../../documentation";
import type { DiagnosisRule } from "../../rule";

export const noAudience: DiagnosisRule = {
  code: "IRSA-DIAG-ROLE-ANY-AUDIENCE",
  link: "role",
  severity: "warning",
  means:
    "The trust policy has no condition on the audience: tokens for other services open the role, if the provider takes their audience.",
  remedy: "Add a condition on the issuer's aud to the trust policy.",
  sources: [documentation.conditionKeys],
  find: (facts) =>
    assumptionsOf(facts)
      .filter((assumption) => isAllowed(assumption, facts, { aud: "irsa-doctor-other" }) === true)
      .map(({ roleArn }) => ({
        what: "the trust policy has no condition on the audience",
        expected: `${facts.hostpath}:aud = ${facts.audience}`,
        actual: roleArn,
      })),
};
