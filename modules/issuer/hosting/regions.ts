import { Token } from "cdktf";
import type { Construct } from "constructs";
import { currentPartition, currentRegion, type NameRule } from "../../terraform";

/** The form of an AWS region's name. */
export const regionRules: readonly NameRule[] = [
  {
    pattern: "^[a-z]{2,4}(-[a-z]+)+-[0-9]{1,2}$",
    must: "be an AWS region such as eu-central-1",
  },
];

/**
 * The DNS suffix of S3 in a region's partition.
 *
 * @see {@link https://docs.aws.amazon.com/general/latest/gr/s3.html Amazon S3 endpoints}
 */
function dnsSuffix(region: string): string {
  if (region.startsWith("cn-")) return "amazonaws.com.cn";
  if (region.startsWith("eusc-")) return "amazonaws.eu";
  return "amazonaws.com";
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
  const suffix = Token.isUnresolved(region) ? currentPartition(scope).dnsSuffix : dnsSuffix(region);
  return `s3.${region}.${suffix}`;
}
