import { intendedRolesOf } from "../../assumptions";
import { documentation } from "../../documentation";
import { annotateCommand } from "../../remedies";
import { readsMap, roleArnsIn } from "../../facts";
import { type DiagnosisRule, when } from "../../rule";

export const annotationMissing: DiagnosisRule = {
  code: "IRSA-DIAG-ANNOTATION-MISSING",
  link: "service-account",
  means: "The ServiceAccount is not annotated with a role, and the webhook does not read a map.",
  remedy: "Annotate the ServiceAccount, then make its pods anew.",
  sources: [documentation.webhook],
  consequenceOf: [
    "IRSA-DIAG-SERVICE-ACCOUNT-MISSING",
    "IRSA-DIAG-ANNOTATION-PREFIX",
    "IRSA-DIAG-ANNOTATION-NAME",
    "IRSA-DIAG-ANNOTATION-ON-POD",
  ],
  find: (facts) => {
    const { serviceAccount, dryRunPod, hooks = [], prefix, name } = facts;
    if (serviceAccount?.exists !== true) return [];
    const hasRole = Object.hasOwn(serviceAccount.annotations, `${prefix}/role-arn`);
    const usesMap = hooks.some(readsMap);
    const isSure =
      dryRunPod === undefined
        ? hooks.some(({ pods }) => pods.length > 0) && !usesMap
        : roleArnsIn(dryRunPod).length === 0 && !usesMap;
    const roleArn = intendedRolesOf(facts)[0]?.arn ?? "ROLE_ARN";
    return when(!hasRole && isSure, {
      what: `ServiceAccount ${name} has no annotation ${prefix}/role-arn`,
      expected: `${prefix}/role-arn: ${roleArn}`,
      remedy: `${annotateCommand(facts, `${prefix}/role-arn=${roleArn}`)}, then make its pods anew.`,
    });
  },
};
