import { type NameRule, statementTextRules } from "../../validation";
import { definePolicy } from "./define-policy";
import { arns, flag, list } from "./options";
import { hostedZones, missingZones } from "./route53";

const recordRules: readonly NameRule[] = [
  ...statementTextRules,
  {
    pattern: "^[^A-Z]*[^A-Z.]$",
    must: "be lower case without a period at its end, as Route 53 compares it",
  },
];

const typeRules: readonly NameRule[] = [
  { pattern: "^[A-Z0-9]+$", must: "be a type of DNS records, such as A or TXT" },
];

/** ExternalDNS with Amazon Route 53. */
export const externalDns = definePolicy({
  name: "external-dns",
  summary: "ExternalDNS: records in Amazon Route 53.",
  serviceAccounts: ["external-dns/external-dns"],
  covers: "every record of the zones named, and the list of all zones",
  sources: [
    {
      repository: "kubernetes-sigs/external-dns",
      path: "docs/tutorials/aws.md",
      version: "2bf1bf8a",
    },
    {
      repository: "docs.aws.amazon.com",
      path: "Route53/latest/DeveloperGuide/specifying-conditions-route53.html",
      version: "latest",
    },
  ],
  options: {
    hostedZoneArns: arns("hostedZone", "Zones in which records are managed."),
    anyHostedZone: flag("Manage records in every hosted zone of the account."),
    recordNames: list(recordRules, "Records that may be changed, with wildcards.", "all"),
    recordTypes: list(typeRules, "Types of records that may be changed.", "all"),
  },
  check: missingZones,
  statements: ({ recordNames, recordTypes, ...options }, partition) => [
    {
      sid: "ChangeRecords",
      actions: ["route53:ChangeResourceRecordSets"],
      resources: hostedZones(options, partition),
      conditions: [
        ...changed("NormalizedRecordNames", recordNames),
        ...changed("RecordTypes", recordTypes),
      ],
    },
    {
      sid: "ReadZones",
      actions: ["route53:ListResourceRecordSets", "route53:ListTagsForResources"],
      resources: hostedZones(options, partition),
    },
    { sid: "ListZones", actions: ["route53:ListHostedZones"], resources: ["*"] },
  ],
});

function changed(what: string, values: readonly string[] | undefined) {
  return values === undefined
    ? []
    : [
        {
          test: "ForAllValues:StringLike",
          variable: `route53:ChangeResourceRecordSets${what}`,
          values,
        },
      ];
}
