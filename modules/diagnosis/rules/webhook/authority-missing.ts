import { documentation } from "../../documentation";
import type { DiagnosisRule } from "../../rule";

export const authorityMissing: DiagnosisRule = {
  code: "IRSA-DIAG-WEBHOOK-CA-MISSING",
  link: "webhook",
  means:
    "The webhook's configuration has no CA bundle, so that the API server does not trust the webhook.",
  remedy: "Let cert-manager's CA injector write it: the annotation cert-manager.io/inject-ca-from.",
  sources: [documentation.admissionWebhooks, "https://cert-manager.io/docs/concepts/ca-injector/"],
  find: ({ hooks = [] }) =>
    hooks
      .filter(({ authorities, service }) => service !== undefined && authorities.length === 0)
      .map(({ name }) => ({
        what: `webhook ${name} has no CA bundle`,
        expected: "the authority of the webhook's certificate",
        actual: "none",
        remedy: "Look whether cert-manager's cainjector runs: `kubectl get pods -n cert-manager`.",
      })),
};
