import { partitionOf } from "../../../validation";
import { documentation } from "../../documentation";
import { flagOf } from "../../facts";
import type { DiagnosisRule } from "../../rule";

export const webhookRegion: DiagnosisRule = {
  code: "IRSA-DIAG-WEBHOOK-REGION",
  link: "webhook",
  severity: "warning",
  means:
    "The webhook gives pods another region than the cluster's; its chart's own default is us-east-1.",
  remedy: "Set the webhook's default region to the cluster's.",
  sources: [documentation.webhook, documentation.regionalEndpoints],
  find: ({ hooks = [], intended, dryRunPod }) => {
    const wanted = intended?.region;
    const given = [
      ...(dryRunPod?.containers ?? []).map(({ env }) => env.AWS_REGION),
      ...hooks.map((hook) => flagOf(hook, "aws-default-region")),
    ];
    const region = given.find((one) => typeof one === "string" && one !== wanted);
    if (typeof region !== "string" || wanted === undefined) return [];
    const isElsewhere = partitionOf(region) !== partitionOf(wanted);
    return [
      {
        what: `the webhook gives pods another region${isElsewhere ? ", of another partition" : ""}`,
        expected: wanted,
        actual: region,
        remedy: `Set config.defaultAwsRegion: ${wanted} in the webhook's values.`,
      },
    ];
  },
};
