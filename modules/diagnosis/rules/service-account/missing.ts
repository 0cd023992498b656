import { documentation } from "../../documentation";
import { type DiagnosisRule, when } from "../../rule";

export const serviceAccountMissing: DiagnosisRule = {
  code: "IRSA-DIAG-SERVICE-ACCOUNT-MISSING",
  link: "service-account",
  means: "The ServiceAccount does not exist.",
  remedy: "Create it, or correct namespace and name.",
  sources: [documentation.serviceAccountTokens],
  find: ({ serviceAccount, evidence, name }) =>
    when(serviceAccount?.exists === false, {
      what: `ServiceAccount ${name} does not exist`,
      remedy: `\`irsa manifests service-accounts\` writes those of ${evidence.target.cluster ?? "the cluster"}; compare with \`kubectl get serviceaccounts -n ${serviceAccount?.namespace}\`.`,
    }),
};
