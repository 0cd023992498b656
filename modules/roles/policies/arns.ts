import { Fn, Token } from "cdktf";
import {
  bucketNameRules,
  checkList,
  type NameRule,
  type Path,
  type Violation,
} from "../../validation";

const region = "[a-z0-9*-]+";
const account = "([0-9]{12}|[*])";

/** The forms of ARNs that options of the catalogue take, and how the refusal names them. */
const forms = {
  hostedZone: [`route53:::hostedzone/[A-Z0-9*]+`, "a Route 53 hosted zone"],
  secret: [
    `secretsmanager:${region}:${account}:secret:[A-Za-z0-9/_+=.@*?!-]+`,
    "a Secrets Manager secret",
  ],
  parameter: [
    `ssm:${region}:${account}:parameter/[A-Za-z0-9/_.*?-]+`,
    "a Systems Manager parameter",
  ],
  key: [`kms:${region}:${account}:key/[A-Za-z0-9*-]+`, "a KMS key, not of an alias"],
  autoScalingGroup: [
    `autoscaling:${region}:${account}:autoScalingGroup:[A-Za-z0-9*-]+:autoScalingGroupName/[A-Za-z0-9 _.:/+=@*?-]+`,
    "an Auto Scaling group",
  ],
  vpc: [`ec2:${region}:${account}:vpc/vpc-[a-z0-9]+`, "a VPC"],
} as const;

/** The rules for an ARN that an option takes. */
export function arnRules(form: keyof typeof forms): readonly NameRule[] {
  const [pattern, what] = forms[form];
  return [{ pattern: `^arn:aws[a-z-]*:${pattern}$`, must: `be the ARN of ${what}` }];
}

/** Checks an option that takes ARNs; one left out is right. */
export function checkArns(
  path: Path,
  arns: readonly string[] | undefined,
  form: keyof typeof forms,
): Violation[] {
  return checkList(path, arns, arnRules(form));
}

/** Checks an option that takes names of buckets. */
export function checkBuckets(path: Path, buckets: readonly string[] | undefined): Violation[] {
  return buckets === undefined
    ? [{ path, rule: "is missing" }]
    : checkList(path, buckets, bucketNameRules);
}

/** The ARNs of buckets, or of what lies in them. */
export function bucketArns(
  partition: string,
  buckets: readonly string[],
  objects = "",
): readonly string[] {
  return Token.isUnresolved(buckets)
    ? Token.asList(Fn.formatlist(`arn:%s:s3:::%s${objects}`, [partition, buckets]))
    : buckets.map((bucket) => `arn:${partition}:s3:::${bucket}${objects}`);
}
