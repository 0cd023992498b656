import type { PolicyStatement } from "../policy-document";
import type { RolePolicy } from "../role-policy";
import { checkArns, bucketArns, checkBuckets } from "./arns";

/** Options of {@link velero}. */
export interface VeleroOptions {
  /** The names of the buckets that backups go to. */
  readonly buckets: readonly string[];
  /** Take snapshots of EBS volumes and restore from them. @default true */
  readonly volumeSnapshots?: boolean;
  /** Tag objects: needed with `config.tagging` of a BackupStorageLocation. @default false */
  readonly objectTagging?: boolean;
  /** Customer managed keys of the buckets. @default - none */
  readonly bucketKmsKeyArns?: readonly string[];
  /** Customer managed keys of restored volumes (`ebsKmsKeyId`). @default - none */
  readonly volumeKmsKeyArns?: readonly string[];
}

/**
 * Velero with its plugin for AWS, ServiceAccount `velero/velero-server`, or `velero/velero` when the
 * command line has installed it.
 *
 * @see {@link https://github.com/vmware-tanzu/velero-plugin-for-aws/blob/main/README.md#set-permissions-for-velero velero-plugin-for-aws, Set permissions for Velero}
 */
export function velero(options: VeleroOptions): RolePolicy {
  const { buckets, volumeSnapshots = true, bucketKmsKeyArns, volumeKmsKeyArns } = options;
  return {
    name: "velero",
    violations: [
      ...checkBuckets(["buckets"], buckets),
      ...checkArns(["bucketKmsKeyArns"], bucketKmsKeyArns, "key"),
      ...checkArns(["volumeKmsKeyArns"], volumeKmsKeyArns, "key"),
    ],
    statements: (partition) => [
      ...objectStatements(partition, options),
      ...(volumeSnapshots ? [snapshots] : []),
      ...keyStatement("UseBucketKeys", ["kms:Decrypt", "kms:GenerateDataKey"], bucketKmsKeyArns),
      ...keyStatement("UseVolumeKeys", volumeKeyActions, volumeKmsKeyArns),
    ],
  };
}

function objectStatements(
  partition: string,
  { buckets, objectTagging = false }: VeleroOptions,
): PolicyStatement[] {
  return [
    {
      sid: "ListBackups",
      actions: ["s3:ListBucket"],
      resources: bucketArns(partition, buckets),
    },
    {
      sid: "KeepBackups",
      actions: [
        "s3:AbortMultipartUpload",
        "s3:DeleteObject",
        "s3:GetObject",
        "s3:ListMultipartUploadParts",
        "s3:PutObject",
        ...(objectTagging ? ["s3:PutObjectTagging"] : []),
      ],
      resources: bucketArns(partition, buckets, "/*"),
    },
  ];
}

const snapshots: PolicyStatement = {
  sid: "SnapshotVolumes",
  actions: [
    "ec2:CreateSnapshot",
    "ec2:CreateTags",
    "ec2:CreateVolume",
    "ec2:DeleteSnapshot",
    "ec2:DescribeSnapshots",
    "ec2:DescribeVolumes",
  ],
  resources: ["*"],
};

const volumeKeyActions = [
  "kms:CreateGrant",
  "kms:Decrypt",
  "kms:DescribeKey",
  "kms:Encrypt",
  "kms:GenerateDataKey*",
  "kms:ListGrants",
  "kms:ListRetirableGrants",
  "kms:ReEncrypt*",
  "kms:RetireGrant",
  "kms:RevokeGrant",
];

function keyStatement(
  sid: string,
  actions: readonly string[],
  resources: readonly string[] | undefined,
): PolicyStatement[] {
  return resources === undefined ? [] : [{ sid, actions, resources }];
}
