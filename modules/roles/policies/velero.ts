import type { PolicyStatement } from "../policy-document";
import { bucketArns, keyStatement } from "./arns";
import { definePolicy } from "./define-policy";
import { buckets, flag, keys } from "./options";

/** Velero with its plugin for AWS. */
export const velero = definePolicy({
  name: "velero",
  summary: "Velero: backups in S3, and snapshots of EBS volumes.",
  serviceAccounts: ["velero/velero-server", "velero/velero"],
  covers: "the objects of the buckets named",
  sources: [
    {
      repository: "vmware-tanzu/velero-plugin-for-aws",
      path: "README.md",
      version: "800bcfb1",
    },
  ],
  options: {
    buckets: buckets("Names of the buckets that backups are kept in."),
    volumeSnapshots: flag(
      "Take snapshots of EBS volumes, restore from them and delete them: any volume and snapshot of the account. Not needed with CSI snapshots.",
    ),
    objectTagging: flag("Tag objects, as config.tagging of a BackupStorageLocation asks for."),
    bucketKmsKeyArns: keys("Customer managed keys of the buckets."),
    volumeKmsKeyArns: keys("Customer managed keys of restored volumes (ebsKmsKeyId)."),
  },
  statements: ({ volumeSnapshots = false, objectTagging = false, ...options }, partition) => [
    {
      sid: "ListBackups",
      actions: ["s3:ListBucket"],
      resources: bucketArns(partition, options.buckets),
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
      resources: bucketArns(partition, options.buckets, "/*"),
    },
    ...(volumeSnapshots ? [snapshots] : []),
    ...keyStatement(
      ["kms:Decrypt", "kms:GenerateDataKey"],
      options.bucketKmsKeyArns,
      "UseBucketKeys",
    ),
    ...keyStatement(volumeKeyActions, options.volumeKmsKeyArns, "UseVolumeKeys"),
  ],
});

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
