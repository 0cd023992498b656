import { Token } from "cdktf";
import type { Construct } from "constructs";
import { currentPartition, currentRegion } from "../../synthesis";
import { dnsSuffixOf } from "../../validation";

/** `s3.REGION.SUFFIX` of a region that is known at synthesis. */
export function knownS3Host(region: string | undefined): string | undefined {
  if (region === undefined || Token.isUnresolved(region)) return undefined;
  return `s3.${region}.${dnsSuffixOf(region)}`;
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
