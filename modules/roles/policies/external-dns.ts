import { checkList, type NameRule, statementTextRules } from "../../validation";
import type { RolePolicy } from "../role-policy";
import { checkArns } from "./arns";

/** Options of {@link externalDns}. */
export interface ExternalDnsOptions {
  /** The zones in which records are kept. @default - every hosted zone of the account */
  readonly hostedZoneArns?: readonly string[];
  /** The records that may be changed, lower case, with wildcards: `*.example.com`. @default - all */
  readonly recordNames?: readonly string[];
  /** The types of records that may be changed, such as `A` and `TXT`. @default - all */
  readonly recordTypes?: readonly string[];
}

/**
 * ExternalDNS with Amazon Route 53.
 *
 * @see {@link https://github.com/kubernetes-sigs/external-dns/blob/master/docs/tutorials/aws.md external-dns, Setting up ExternalDNS for Services on AWS}
 * @see {@link https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/specifying-conditions-route53.html Using IAM policy conditions for fine-grained access control}
 */
export function externalDns(options: ExternalDnsOptions = {}): RolePolicy {
  const { hostedZoneArns, recordNames, recordTypes } = options;
  return {
    name: "external-dns",
    violations: [
      ...checkArns(["hostedZoneArns"], hostedZoneArns, "hostedZone"),
      ...(recordNames ? checkList(["recordNames"], recordNames, recordRules) : []),
      ...(recordTypes ? checkList(["recordTypes"], recordTypes, typeRules) : []),
    ],
    statements: (partition) => {
      const zones = hostedZoneArns ?? [`arn:${partition}:route53:::hostedzone/*`];
      return [
        {
          sid: "ChangeRecords",
          actions: ["route53:ChangeResourceRecordSets"],
          resources: zones,
          conditions: [
            ...changed("NormalizedRecordNames", recordNames),
            ...changed("RecordTypes", recordTypes),
          ],
        },
        {
          sid: "ReadZones",
          actions: ["route53:ListResourceRecordSets", "route53:ListTagsForResources"],
          resources: zones,
        },
        { sid: "ListZones", actions: ["route53:ListHostedZones"], resources: ["*"] },
      ];
    },
  };
}

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
