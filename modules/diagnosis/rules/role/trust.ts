import { trustRules } from "../../../trust";
import type { Finding } from "../../../validation";
import { assumptionsOf, evaluate } from "../../assumptions";
import { documentation } from "../../documentation";
import type { Facts } from "../../facts";
import { fromTrust } from "../from-trust";

/** What IAM says about the roles in question, each role named. */
function findings(facts: Facts): Finding[] {
  return assumptionsOf(facts).flatMap((assumption) =>
    evaluate(assumption, facts).map((finding) => ({
      ...finding,
      what: `${assumption.roleArn} for ${assumption.serviceAccount}: ${finding.what}`,
    })),
  );
}

const common = { link: "role", findings } as const;

/** What IAM says about a trust policy: what is wrong with a statement before that none allows it. */
export const roleRules = [
  fromTrust("policyForm", { ...common, sources: [documentation.conditionOperators] }),
  fromTrust("conditionOperator", { ...common, sources: [documentation.conditionOperators] }),
  fromTrust("denied", { ...common, sources: [documentation.conditionOperators] }),
  fromTrust("principal", { ...common, sources: [documentation.createProvider] }),
  fromTrust("action", { ...common, sources: [documentation.assumeRole] }),
  fromTrust("wildcard", { ...common, sources: [documentation.conditionOperators] }),
  fromTrust("conditionKey", { ...common, sources: [documentation.conditionKeys] }),
  fromTrust("condition", { ...common, sources: [documentation.conditionKeys] }),
  fromTrust("undecided", { ...common, sources: [documentation.conditionOperators] }),
  fromTrust("notAllowed", {
    ...common,
    sources: [documentation.assumeRole],
    consequenceOf: (["principal", "action", "wildcard", "conditionKey", "condition"] as const).map(
      (name) => trustRules[name].code,
    ),
  }),
];
