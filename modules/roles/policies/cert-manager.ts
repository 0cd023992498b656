import type { RolePolicy } from "../role-policy";
import { checkArns } from "./arns";

/** Options of {@link certManager}. */
export interface CertManagerOptions {
  /** The zones in which challenges are answered. @default - every hosted zone of the account */
  readonly hostedZoneArns?: readonly string[];
  /**
   * Look zones up by name: not needed where every Issuer gives its `hostedZoneID`.
   * @default true
   */
  readonly findZones?: boolean;
}

/**
 * cert-manager answering DNS-01 challenges in Amazon Route 53: TXT records and nothing else.
 *
 * @see {@link https://cert-manager.io/docs/configuration/acme/dns01/route53/ cert-manager, Route53}
 */
export function certManager(options: CertManagerOptions = {}): RolePolicy {
  const { hostedZoneArns, findZones = true } = options;
  return {
    name: "cert-manager",
    violations: checkArns(["hostedZoneArns"], hostedZoneArns, "hostedZone"),
    statements: (partition) => [
      {
        sid: "FollowChanges",
        actions: ["route53:GetChange"],
        resources: [`arn:${partition}:route53:::change/*`],
      },
      {
        sid: "AnswerChallenges",
        actions: ["route53:ChangeResourceRecordSets", "route53:ListResourceRecordSets"],
        resources: hostedZoneArns ?? [`arn:${partition}:route53:::hostedzone/*`],
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
  };
}
