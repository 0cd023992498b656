import type { NameRule } from "../../validation";
import { bucketArns, keyStatement } from "./arns";
import { definePolicy } from "./define-policy";
import { buckets, flag, keys, text } from "./options";

const prefixRules: readonly NameRule[] = [
  {
    pattern: "^([A-Za-z0-9!_.'()-]+/)+$",
    must: "end with a slash, with letters, digits and !_.'()- between single slashes",
  },
];

/** The Mountpoint for Amazon S3 CSI driver with general purpose buckets. */
export const mountpointS3Csi = definePolicy({
  name: "mountpoint-s3-csi",
  summary: "Mountpoint for Amazon S3 CSI driver: buckets as volumes.",
  serviceAccounts: ["kube-system/s3-csi-driver-sa"],
  covers: "reading and adding objects of the buckets named; nothing is deleted",
  sources: [
    {
      repository: "awslabs/mountpoint-s3",
      path: "doc/CONFIGURATION.md",
      version: "58817cab",
    },
    {
      repository: "awslabs/mountpoint-s3-csi-driver",
      path: "docs/CONFIGURATION.md",
      version: "57c6bedb",
    },
  ],
  options: {
    buckets: buckets("Names of the buckets that are mounted."),
    prefix: text(
      prefixRules,
      "The one prefix that is mounted, ending with a slash.",
      "whole buckets",
    ),
    readOnly: flag("Mounted with --read-only."),
    allowDelete: flag("Mounted with --allow-delete."),
    kmsKeyArns: keys("Customer managed keys that objects are encrypted with."),
  },
  check: ({ readOnly, allowDelete }) =>
    readOnly === true && allowDelete === true
      ? [{ path: ["allowDelete"], rule: "must be false when {readOnly} is true", given: true }]
      : [],
  statements: ({ readOnly = false, allowDelete = false, prefix, ...options }, partition) => [
    {
      sid: "ListObjects",
      actions: ["s3:ListBucket"],
      resources: bucketArns(partition, options.buckets),
      conditions:
        prefix === undefined
          ? []
          : [{ test: "StringLike", variable: "s3:prefix", values: [`${prefix}*`] }],
    },
    {
      sid: "UseObjects",
      actions: [
        "s3:GetObject",
        ...(readOnly ? [] : ["s3:AbortMultipartUpload", "s3:PutObject"]),
        ...(allowDelete ? ["s3:DeleteObject"] : []),
      ],
      resources: bucketArns(partition, options.buckets, `/${prefix ?? ""}*`),
    },
    ...keyStatement(
      ["kms:Decrypt", ...(readOnly ? [] : ["kms:GenerateDataKey"])],
      options.kmsKeyArns,
    ),
  ],
});
