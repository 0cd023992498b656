import { trustRules } from "../../../trust";
import type { Finding } from "../../../validation";
import {
  type Assumption,
  assumptionsOf,
  evaluate,
  providerFor,
  subjectOf,
} from "../../assumptions";
import { documentation } from "../../documentation";
import type { Facts } from "../../facts";
import { fromTrust } from "../from-trust";

const known = new WeakMap<Facts, Finding[]>();

/** What IAM says about the roles in question, each role named; evaluated once for all rules. */
function findings(facts: Facts): Finding[] {
  const found = known.get(facts) ?? evaluateAll(facts);
  known.set(facts, found);
  return found;
}

function evaluateAll(facts: Facts): Finding[] {
  return assumptionsOf(facts).flatMap((assumption) =>
    evaluate(assumption, facts).map((finding) => ({
      ...finding,
      what: `${assumption.roleArn} for ${assumption.serviceAccount}: ${finding.what}`,
      remedy: remedyFor(finding, assumption, facts),
    })),
  );
}

/** With the values that the statement should have. */
function remedyFor(
  { code, remedy = "" }: Finding,
  { roleArn, serviceAccount }: Assumption,
  facts: Facts,
): string {
  const { hostpath } = facts;
  const sub = subjectOf(serviceAccount);
  switch (code) {
    case trustRules.principal.code:
      return `Set Principal.Federated to ${providerFor(roleArn, facts)?.arn}, or apply the stack that has the role.`;
    case trustRules.condition.code:
    case trustRules.notAllowed.code:
      return `Add ${serviceAccount} to the role's serviceAccounts in irsa.yaml, or correct the conditions: ${hostpath}:sub = ${sub}, ${hostpath}:aud = ${facts.audience}.`;
    case trustRules.conditionKey.code:
      return `Write the keys as ${hostpath}:sub and ${hostpath}:aud: host and path of the issuer, without https://.`;
    case trustRules.wildcard.code:
      return `Move ${hostpath}:sub from StringEquals to StringLike; ${hostpath}:aud stays under StringEquals.`;
    default:
      return remedy;
  }
}

const issuerUrl = "IRSA-DIAG-ISSUER-URL";
const common = { link: "role", findings, consequenceOf: [issuerUrl] } as const;

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
    consequenceOf: [
      issuerUrl,
      ...(["principal", "action", "wildcard", "conditionKey", "condition"] as const).map(
        (name) => trustRules[name].code,
      ),
    ],
  }),
];
