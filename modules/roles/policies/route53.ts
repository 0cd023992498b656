import type { Violation } from "../../validation";

/** The zones that a policy is limited to; every zone is asked for by name. */
interface ZoneOptions {
  readonly hostedZoneArns?: readonly string[];
  readonly anyHostedZone?: boolean;
}

/** The zones as resources of a statement. */
export function hostedZones({ hostedZoneArns }: ZoneOptions, partition: string): readonly string[] {
  return hostedZoneArns ?? [`arn:${partition}:route53:::hostedzone/*`];
}

/** Reports that neither zones are named nor every zone asked for. */
export function missingZones({ hostedZoneArns, anyHostedZone = false }: ZoneOptions): Violation[] {
  return hostedZoneArns !== undefined || anyHostedZone
    ? []
    : [
        {
          path: ["hostedZoneArns"],
          rule: "is missing: name the zones, or set {anyHostedZone} to true",
        },
      ];
}
