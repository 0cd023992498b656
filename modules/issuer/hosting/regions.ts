import { Token } from "cdktf";
import type { Construct } from "constructs";
import { currentPartition, currentRegion } from "../../synthesis";

/**
 * The DNS suffix of S3 in a region's partition.
 *
 * @see {@link https://docs.aws.amazon.com/general/latest/gr/s3.html Amazon S3 endpoints}
 */
function dnsSuffix(region: string): string {
  return dnsSuffixes.find(([begin]) => region.startsWith(begin))?.[1] ?? "amazonaws.com";
}

const dnsSuffixes: readonly (readonly [begin: string, suffix: string])[] = [
  ["cn-", "amazonaws.com.cn"],
  ["eusc-", "amazonaws.eu"],
  ["us-iso-", "c2s.ic.gov"],
  ["us-isob-", "sc2s.sgov.gov"],
  ["eu-isoe-", "cloud.adc-e.uk"],
  ["us-isof-", "csp.hci.ic.gov"],
];

/** `s3.REGION.SUFFIX` of a region that is known at synthesis. */
export function knownS3Host(region: string | undefined): string | undefined {
  if (region === undefined || Token.isUnresolved(region)) return undefined;
  return `s3.${region}.${dnsSuffix(region)}`;
}

/**
 * `s3.REGION.SUFFIX`, the host of S3 in a region.
 *
 * @param region a known one, or undefined for the AWS provider's own, whose partition Terraform tells
 */
export function s3Host(scope: Construct, region: string | undefined): string {
  if (region === undefined) {
    return `s3.${currentRegion(scope).id}.${currentPartition(scope).dnsSuffix}`;
  }
  return knownS3Host(region) ?? `s3.${region}.${currentPartition(scope).dnsSuffix}`;
}
