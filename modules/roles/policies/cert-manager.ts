import { definePolicy } from "./define-policy";
import { arns, flag } from "./options";
import { hostedZones, missingZones } from "./route53";

/** cert-manager answering DNS-01 challenges in Amazon Route 53: TXT records alone. */
export const certManager = definePolicy({
  name: "cert-manager",
  summary: "cert-manager: DNS-01 challenges in Amazon Route 53.",
  serviceAccounts: ["cert-manager/cert-manager"],
  covers: "TXT records of the zones named",
  sources: [
    {
      repository: "cert-manager/website",
      path: "content/docs/configuration/acme/dns01/route53.md",
      version: "776e5dba",
    },
  ],
  options: {
    hostedZoneArns: arns("hostedZone", "Zones in which challenges are answered."),
    anyHostedZone: flag("Answer challenges in every hosted zone of the account."),
    findZones: flag(
      "Find the zone of a name; not needed where each Issuer has its hostedZoneID.",
      true,
    ),
  },
  check: missingZones,
  statements: ({ findZones = true, ...options }, partition) => [
    {
      sid: "FollowChanges",
      actions: ["route53:GetChange"],
      resources: [`arn:${partition}:route53:::change/*`],
    },
    {
      sid: "AnswerChallenges",
      actions: ["route53:ChangeResourceRecordSets", "route53:ListResourceRecordSets"],
      resources: hostedZones(options, partition),
      conditions: [
        {
          test: "ForAllValues:StringEquals",
          variable: "route53:ChangeResourceRecordSetsRecordTypes",
          values: ["TXT"],
        },
      ],
    },
    ...(findZones
      ? [{ sid: "FindZones", actions: ["route53:ListHostedZonesByName"], resources: ["*"] }]
      : []),
  ],
});
