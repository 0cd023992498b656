import { documentation } from "../../documentation";
import type { DiagnosisRule } from "../../rule";

export const noEndpoints: DiagnosisRule = {
  code: "IRSA-DIAG-WEBHOOK-NO-ENDPOINTS",
  link: "webhook",
  means:
    "The webhook's Service has no ready address although pods are ready: its selector is not theirs.",
  remedy: "Compare the Service's selector with the pods' labels.",
  sources: [documentation.admissionWebhooks],
  consequenceOf: ["IRSA-DIAG-WEBHOOK-CRASHING", "IRSA-DIAG-WEBHOOK-NOT-READY"],
  find: ({ hooks = [] }) =>
    hooks
      .filter(({ readyEndpoints }) => readyEndpoints === 0)
      .map(({ service }) => ({
        what: `Service ${service} of the webhook has no ready address`,
        expected: "at least one",
        actual: "none",
        remedy: `\`kubectl get service,endpointslices -n ${service?.split("/")[0]} -o wide\`: compare the selector with the labels of the webhook's pods.`,
      })),
};
