import { partitionOf } from "../../../validation";
import { documentation } from "../../documentation";
import { flagOf } from "../../facts";
import { type DiagnosisRule, when } from "../../rule";

export const webhookRegion: DiagnosisRule = {
  code: "IRSA-DIAG-WEBHOOK-REGION",
  link: "webhook",
  severity: "warning",
  means:
    "The webhook gives pods another region than the cluster's; its chart's own default is us-east-1.",
  remedy: "Set the webhook's default region to the cluster's.",
  sources: [documentation.webhook, documentation.regionalEndpoints],
  find: ({ hooks = [], intended }) => {
    const region = hooks.map((hook) => flagOf(hook, "aws-default-region")).find(Boolean);
    const wanted = intended?.region;
    if (region === undefined || wanted === undefined) return [];
    return when(region !== wanted, {
      what: `the webhook gives pods another region${partitionOf(region) === partitionOf(wanted) ? "" : ", of another partition"}`,
      expected: wanted,
      actual: region,
      remedy: `Set config.defaultAwsRegion: ${wanted} in the webhook's values.`,
    });
  },
};
