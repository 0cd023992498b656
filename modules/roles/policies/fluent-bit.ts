import { bucketNameRules } from "../../validation";
import { bucketArns, extended, keyStatement } from "./arns";
import { definePolicy } from "./define-policy";
import { arns, flag, keys, list } from "./options";

/** Fluent Bit with its outputs cloudwatch_logs and s3. */
export const fluentBit = definePolicy({
  name: "fluent-bit",
  summary: "Fluent Bit: logs to Amazon CloudWatch Logs and S3.",
  serviceAccounts: ["logging/fluent-bit"],
  covers: "adding to the log groups and buckets named; nothing is read",
  sources: [
    {
      repository: "fluent/fluent-bit-docs",
      path: "pipeline/outputs/cloudwatch.md",
      version: "f92ae080",
    },
    { repository: "fluent/fluent-bit-docs", path: "pipeline/outputs/s3.md", version: "f92ae080" },
    {
      repository: "fluent/fluent-bit",
      path: "plugins/out_cloudwatch_logs/cloudwatch_api.c",
      version: "d55459d4",
    },
    { repository: "fluent/fluent-bit", path: "plugins/out_s3/s3_multipart.c", version: "d55459d4" },
  ],
  options: {
    logGroupArns: arns("logGroup", "Log groups, with wildcards."),
    createLogGroups: flag("Make the log groups (auto_create_group) and set their retention."),
    buckets: list(bucketNameRules, "Names of buckets."),
    kmsKeyArns: keys("Customer managed keys that objects are encrypted with."),
  },
  check: ({ logGroupArns, buckets }) =>
    logGroupArns === undefined && buckets === undefined
      ? [{ path: ["logGroupArns"], rule: "is missing, and so is {buckets}: one is needed" }]
      : [],
  statements: ({ logGroupArns, createLogGroups = false, buckets, kmsKeyArns }, partition) => [
    ...(logGroupArns === undefined
      ? []
      : [
          {
            sid: "WriteLogs",
            actions: ["logs:CreateLogStream", "logs:PutLogEvents"],
            resources: extended(logGroupArns, ":*"),
          },
        ]),
    ...(logGroupArns !== undefined && createLogGroups
      ? [
          {
            sid: "MakeLogGroups",
            actions: ["logs:CreateLogGroup", "logs:PutRetentionPolicy"],
            resources: extended(logGroupArns, ":*"),
          },
        ]
      : []),
    ...(buckets === undefined
      ? []
      : [
          {
            sid: "WriteObjects",
            actions: ["s3:AbortMultipartUpload", "s3:PutObject"],
            resources: bucketArns(partition, buckets, "/*"),
          },
        ]),
    ...keyStatement(["kms:Decrypt", "kms:GenerateDataKey"], kmsKeyArns),
  ],
});
