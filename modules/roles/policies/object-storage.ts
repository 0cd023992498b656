import type { PolicyStatement } from "../policy-document";
import { bucketArns, keyStatement } from "./arns";

interface StorageOptions {
  readonly buckets: readonly string[];
  readonly kmsKeyArns?: readonly string[];
}

/** What databases on S3 do with their objects: list, read, write and delete them. */
export function objectStorage(
  { buckets, kmsKeyArns }: StorageOptions,
  partition: string,
): PolicyStatement[] {
  return [
    {
      sid: "ListObjects",
      actions: ["s3:ListBucket"],
      resources: bucketArns(partition, buckets),
    },
    {
      sid: "UseObjects",
      actions: ["s3:AbortMultipartUpload", "s3:DeleteObject", "s3:GetObject", "s3:PutObject"],
      resources: bucketArns(partition, buckets, "/*"),
    },
    ...keyStatement(["kms:Decrypt", "kms:GenerateDataKey"], kmsKeyArns),
  ];
}
