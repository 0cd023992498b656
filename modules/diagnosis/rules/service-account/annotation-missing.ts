import { intendedRolesOf } from "../../assumptions";
import { documentation } from "../../documentation";
import { flagOf, roleArnsIn } from "../../facts";
import { type DiagnosisRule, when } from "../../rule";

export const annotationMissing: DiagnosisRule = {
  code: "IRSA-DIAG-ANNOTATION-MISSING",
  link: "service-account",
  means: "The ServiceAccount is not annotated with a role, and the webhook's map has none for it.",
  remedy: "Annotate the ServiceAccount, or add it to the webhook's map; then make its pods anew.",
  sources: [documentation.webhook],
  find: (facts) => {
    const { serviceAccount, dryRunPod, hooks = [], prefix, name } = facts;
    if (serviceAccount?.exists !== true) return [];
    const hasRole = Object.hasOwn(serviceAccount.annotations, `${prefix}/role-arn`);
    const isMapKnown = hooks.some(({ pods }) => pods.length > 0);
    const usesMap = hooks.some((hook) => flagOf(hook, "watch-config-map") === "true");
    const isSure =
      dryRunPod === undefined ? isMapKnown && !usesMap : roleArnsIn(dryRunPod).length === 0;
    const roleArn = intendedRolesOf(facts)[0]?.arn ?? "ROLE_ARN";
    return when(!hasRole && isSure, {
      what: `ServiceAccount ${name} has no annotation ${prefix}/role-arn`,
      expected: `${prefix}/role-arn: ${roleArn}`,
      remedy: `kubectl annotate serviceaccount ${serviceAccount.name} -n ${serviceAccount.namespace} ${prefix}/role-arn=${roleArn}, then make its pods anew.`,
    });
  },
};
