import { documentation } from "../../documentation";
import { readsMap, roleArnsIn } from "../../facts";
import { type DiagnosisRule, when } from "../../rule";
import { deploymentOf } from "./hook";

export const notMutating: DiagnosisRule = {
  code: "IRSA-DIAG-WEBHOOK-NOT-MUTATING",
  link: "webhook",
  means:
    "A new pod gets neither role nor token although everything of the webhook looks right: the API server does not reach it and failurePolicy is Ignore, or its cache is stale.",
  remedy: "Look at the logs of the API server and of the webhook.",
  sources: [documentation.webhook, documentation.admissionWebhooks],
  consequenceOf: [
    "IRSA-DIAG-SERVICE-ACCOUNT-MISSING",
    "IRSA-DIAG-ANNOTATION-PREFIX",
    "IRSA-DIAG-ANNOTATION-NAME",
    "IRSA-DIAG-ANNOTATION-ON-POD",
    "IRSA-DIAG-ANNOTATION-MISSING",
    "IRSA-DIAG-WEBHOOK-MISSING",
    "IRSA-DIAG-WEBHOOK-NAMESPACE",
    "IRSA-DIAG-WEBHOOK-OBJECT",
    "IRSA-DIAG-WEBHOOK-CRASHING",
    "IRSA-DIAG-WEBHOOK-NOT-READY",
    "IRSA-DIAG-WEBHOOK-NO-ENDPOINTS",
    "IRSA-DIAG-WEBHOOK-CA-MISSING",
    "IRSA-DIAG-WEBHOOK-CA-FOREIGN",
    "IRSA-DIAG-WEBHOOK-CERTIFICATE-EXPIRED",
  ],
  find: ({ dryRunPod, hooks = [], serviceAccount, prefix }) => {
    const [hook] = hooks;
    const isAnnotated = serviceAccount?.annotations[`${prefix}/role-arn`] !== undefined;
    if (dryRunPod === undefined || hook === undefined) return [];
    const usesMap = readsMap(hook);
    if (!isAnnotated && !usesMap) return [];
    return when(roleArnsIn(dryRunPod).length === 0, {
      what: "a new pod gets neither role nor token, and nothing of the webhook seems wrong",
      expected: "AWS_ROLE_ARN and AWS_WEB_IDENTITY_TOKEN_FILE",
      actual: "neither",
      remedy: `${isAnnotated ? "" : "Look whether the webhook's map has an entry for the ServiceAccount. "}\`kubectl logs ${deploymentOf(hook)}\` and the API servers' logs ("failed calling webhook"): a firewall or network policy between them, or a proxy that the API server uses for cluster addresses.`,
    });
  },
};
