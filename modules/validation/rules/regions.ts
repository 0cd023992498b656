import { closest, distance } from "fastest-levenshtein";
import { Token } from "cdktf/lib/tokens";
import type { Path, Violation } from "../violation";
import { checkText } from "../violation";
import { regionRules } from "./aws";

/**
 * The partitions of AWS with their regions.
 *
 * @see {@link https://docs.aws.amazon.com/global-infrastructure/latest/regions/aws-regions.html AWS Regions}
 * @see {@link https://github.com/boto/botocore/blob/develop/botocore/data/partitions.json partitions.json}
 */
const partitions: Readonly<Record<string, readonly string[]>> = {
  aws: [
    "af-south-1",
    "ap-east-1",
    "ap-east-2",
    "ap-northeast-1",
    "ap-northeast-2",
    "ap-northeast-3",
    "ap-south-1",
    "ap-south-2",
    "ap-southeast-1",
    "ap-southeast-2",
    "ap-southeast-3",
    "ap-southeast-4",
    "ap-southeast-5",
    "ap-southeast-6",
    "ap-southeast-7",
    "ca-central-1",
    "ca-west-1",
    "eu-central-1",
    "eu-central-2",
    "eu-north-1",
    "eu-south-1",
    "eu-south-2",
    "eu-west-1",
    "eu-west-2",
    "eu-west-3",
    "il-central-1",
    "me-central-1",
    "me-south-1",
    "mx-central-1",
    "sa-east-1",
    "us-east-1",
    "us-east-2",
    "us-west-1",
    "us-west-2",
  ],
  "aws-cn": ["cn-north-1", "cn-northwest-1"],
  "aws-eusc": ["eusc-de-east-1"],
  "aws-us-gov": ["us-gov-east-1", "us-gov-west-1"],
  "aws-iso": ["us-iso-east-1", "us-iso-west-1"],
  "aws-iso-b": ["us-isob-east-1", "us-isob-west-1"],
  "aws-iso-e": ["eu-isoe-west-1"],
  "aws-iso-f": ["us-isof-east-1", "us-isof-south-1"],
};

const knownRegions = Object.values(partitions).flat();

/** How regions outside the partition `aws` begin. */
const prefixes: readonly (readonly [prefix: string, partition: string])[] = [
  ["cn-", "aws-cn"],
  ["eusc-", "aws-eusc"],
  ["us-gov-", "aws-us-gov"],
  ["us-iso-", "aws-iso"],
  ["us-isob-", "aws-iso-b"],
  ["eu-isoe-", "aws-iso-e"],
  ["us-isof-", "aws-iso-f"],
];

/** The partition of a region, also of one that is newer than this list. */
export function partitionOf(region: string): string {
  return prefixes.find(([prefix]) => region.startsWith(prefix))?.[1] ?? "aws";
}

/** How endpoints of AWS services end in regions outside the partitions `aws` and `aws-us-gov`. */
const dnsSuffixes: readonly (readonly [prefix: string, suffix: string])[] = [
  ["cn-", "amazonaws.com.cn"],
  ["eusc-", "amazonaws.eu"],
  ["us-iso-", "c2s.ic.gov"],
  ["us-isob-", "sc2s.sgov.gov"],
  ["eu-isoe-", "cloud.adc-e.uk"],
  ["us-isof-", "csp.hci.ic.gov"],
];

/**
 * The DNS suffix of AWS services in a region's partition.
 *
 * @see {@link https://docs.aws.amazon.com/general/latest/gr/s3.html Amazon S3 endpoints}
 */
export function dnsSuffixOf(region: string): string {
  return dnsSuffixes.find(([prefix]) => region.startsWith(prefix))?.[1] ?? "amazonaws.com";
}

/**
 * Checks that a region exists: its form, and that it is known here.
 *
 * @param isNew the region is newer than this list and named on purpose: only its form is checked
 */
export function checkRegion(path: Path, region: string, isNew = false): Violation[] {
  if (Token.isUnresolved(region)) return [];
  const ofForm = checkText(path, region, regionRules);
  if (ofForm.length > 0 || isNew || knownRegions.includes(region)) return ofForm;
  const nearest = closest(region, knownRegions);
  const hint = distance(region, nearest) <= 3 ? ` such as ${nearest}` : "";
  return [
    {
      path,
      rule: `must be a known AWS region${hint}; set {skipRegionValidation} for one that is newer than this release`,
      given: region,
    },
  ];
}

/** Checks that an ARN belongs to the partition of a region; both literals. */
export function checkPartition(path: Path, arn: string | undefined, region: string): Violation[] {
  const partition = partitionOf(region);
  const own = arn?.split(":")[1];
  if (arn === undefined || !arn.startsWith("arn:") || Token.isUnresolved(arn)) return [];
  if (Token.isUnresolved(region) || own === partition) return [];
  return [
    { path, rule: `must be an ARN of the partition ${partition}, where {region} is`, given: arn },
  ];
}

/** Checks that an ARN with a region of its own, such as a KMS key's, belongs to a region. */
export function checkArnRegion(path: Path, arn: string | undefined, region: string): Violation[] {
  const ofPartition = checkPartition(path, arn, region);
  const own = arn?.split(":")[3];
  if (ofPartition.length > 0 || arn?.startsWith("arn:") !== true) return ofPartition;
  if (Token.isUnresolved(arn) || Token.isUnresolved(region) || own === region) return [];
  return [{ path, rule: "must be in {region}", given: arn }];
}
