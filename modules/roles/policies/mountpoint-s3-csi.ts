import { checkText, type NameRule } from "../../validation";
import type { RolePolicy } from "../role-policy";
import { checkArns, bucketArns, checkBuckets } from "./arns";

/** Options of {@link mountpointS3Csi}. */
export interface MountpointS3CsiOptions {
  /** The names of the buckets to mount. */
  readonly buckets: readonly string[];
  /** The one prefix that is mounted, ending with a slash. @default - whole buckets */
  readonly prefix?: string;
  /** Mounted with `--read-only`. @default false */
  readonly readOnly?: boolean;
  /** Mounted with `--allow-delete`. @default false, as in Mountpoint */
  readonly allowDelete?: boolean;
  /** Customer managed keys that objects are encrypted with. @default - none */
  readonly kmsKeyArns?: readonly string[];
}

/**
 * The Mountpoint for Amazon S3 CSI driver, ServiceAccount `kube-system/s3-csi-driver-sa`, with general
 * purpose buckets.
 *
 * @see {@link https://github.com/awslabs/mountpoint-s3/blob/main/doc/CONFIGURATION.md#iam-permissions mountpoint-s3, IAM permissions}
 * @see {@link https://github.com/awslabs/mountpoint-s3-csi-driver/blob/main/docs/CONFIGURATION.md mountpoint-s3-csi-driver, configuration}
 */
export function mountpointS3Csi(options: MountpointS3CsiOptions): RolePolicy {
  const { buckets, prefix, readOnly = false, allowDelete = false, kmsKeyArns } = options;
  return {
    name: "mountpoint-s3-csi",
    violations: [
      ...checkBuckets(["buckets"], buckets),
      ...checkText(["prefix"], prefix ?? "any/", prefixRules),
      ...(readOnly && allowDelete
        ? [{ path: ["allowDelete"], rule: "must be false when {readOnly} is true", given: true }]
        : []),
      ...checkArns(["kmsKeyArns"], kmsKeyArns, "key"),
    ],
    statements: (partition) => [
      {
        sid: "ListObjects",
        actions: ["s3:ListBucket"],
        resources: bucketArns(partition, buckets),
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
        resources: bucketArns(partition, buckets, `/${prefix ?? ""}*`),
      },
      ...(kmsKeyArns
        ? [
            {
              sid: "UseKeys",
              actions: ["kms:Decrypt", ...(readOnly ? [] : ["kms:GenerateDataKey"])],
              resources: kmsKeyArns,
            },
          ]
        : []),
    ],
  };
}

const prefixRules: readonly NameRule[] = [
  {
    pattern: "^([A-Za-z0-9!_.'()-]+/)+$",
    must: "end with a slash and hold letters, digits and !_.'()- between single slashes",
  },
];
