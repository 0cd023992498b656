import { definePolicy } from "./define-policy";
import { flag, requiredArns } from "./options";

/** Remote write to Amazon Managed Service for Prometheus: Prometheus, the ADOT collector, Grafana. */
export const amazonManagedPrometheus = definePolicy({
  name: "amazon-managed-prometheus",
  summary: "Amazon Managed Service for Prometheus: remote write and queries.",
  serviceAccounts: ["monitoring/prometheus", "monitoring/adot-collector"],
  covers: "writing to the workspaces named; nothing is read",
  sources: [
    {
      repository: "docs.aws.amazon.com",
      path: "prometheus/latest/userguide/set-up-irsa.html",
      version: "latest",
    },
  ],
  options: {
    workspaceArns: requiredArns("workspace", "Workspaces."),
    query: flag("Query them too, as Grafana does."),
  },
  statements: ({ workspaceArns, query = false }) => [
    { sid: "Write", actions: ["aps:RemoteWrite"], resources: workspaceArns },
    ...(query
      ? [
          {
            sid: "Query",
            actions: [
              "aps:GetLabels",
              "aps:GetMetricMetadata",
              "aps:GetSeries",
              "aps:QueryMetrics",
            ],
            resources: workspaceArns,
          },
        ]
      : []),
  ],
});
