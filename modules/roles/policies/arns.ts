import { Fn, Token } from "cdktf";
import type { NameRule } from "../../validation";
import type { PolicyStatement } from "../policy-document";

const region = "[a-z0-9*-]+";
const account = "([0-9]{12}|[*])";

/** The forms of ARNs that options of the catalogue take, and how the refusal names them. */
const forms = {
  autoScalingGroup: [
    `autoscaling:${region}:${account}:autoScalingGroup:[A-Za-z0-9*-]+:autoScalingGroupName/[A-Za-z0-9 _.:/+=@*?-]+`,
    "an Auto Scaling group",
  ],
  hostedZone: [`route53:::hostedzone/[A-Z0-9*]+`, "a Route 53 hosted zone"],
  key: [`kms:${region}:${account}:key/[A-Za-z0-9*-]+`, "a KMS key, not of an alias"],
  logGroup: [
    `logs:${region}:${account}:log-group:[A-Za-z0-9_/.#*?-]+`,
    "a CloudWatch log group, without :* at its end",
  ],
  parameter: [
    `ssm:${region}:${account}:parameter/[A-Za-z0-9/_.*?-]+`,
    "a Systems Manager parameter",
  ],
  queue: [`sqs:${region}:${account}:[A-Za-z0-9_*?-]+([.]fifo)?`, "an SQS queue"],
  repository: [`ecr:${region}:${account}:repository/[a-z0-9/_.*?-]+`, "an ECR repository"],
  secret: [
    `secretsmanager:${region}:${account}:secret:[A-Za-z0-9/_+=.@*?!-]+`,
    "a Secrets Manager secret",
  ],
  vpc: [`ec2:${region}:${account}:vpc/vpc-[a-z0-9]+`, "a VPC"],
  workspace: [
    `aps:${region}:${account}:workspace/[A-Za-z0-9*-]+`,
    "a workspace of Amazon Managed Service for Prometheus",
  ],
} as const;

/** A form of ARNs. */
export type ArnForm = keyof typeof forms;

/** The rules for an ARN that an option takes. */
export function arnRules(form: ArnForm): readonly NameRule[] {
  const [pattern, what] = forms[form];
  return [{ pattern: `^arn:aws[a-z-]*:${pattern}$`, must: `be the ARN of ${what}` }];
}

/** The ARNs of buckets, or of what they contain. */
export function bucketArns(
  partition: string,
  buckets: readonly string[],
  objects = "",
): readonly string[] {
  return Token.isUnresolved(buckets)
    ? Token.asList(Fn.formatlist(`arn:%s:s3:::%s${objects}`, [partition, buckets]))
    : buckets.map((bucket) => `arn:${partition}:s3:::${bucket}${objects}`);
}

/** ARNs with something after each. */
export function extended(arns: readonly string[], end: string): readonly string[] {
  return Token.isUnresolved(arns)
    ? Token.asList(Fn.formatlist(`%s${end}`, [arns]))
    : arns.map((arn) => `${arn}${end}`);
}

/** The use of customer managed keys; none without keys. */
export function keyStatement(
  actions: readonly string[],
  resources: readonly string[] | undefined,
  sid = "UseKeys",
): PolicyStatement[] {
  return resources === undefined ? [] : [{ sid, actions, resources }];
}
