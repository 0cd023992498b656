import { bucketArns, keyStatement } from "./arns";
import { definePolicy } from "./define-policy";
import { buckets, flag, keys } from "./options";

/** Argo Workflows with S3 as its artifact repository: the ServiceAccounts that workflows run as. */
export const argoWorkflows = definePolicy({
  name: "argo-workflows",
  summary: "Argo Workflows: artifacts and archived logs in S3.",
  serviceAccounts: ["argo/argo-workflow", "argo/argo-server"],
  covers: "reading and adding objects of the buckets named; nothing is deleted",
  sources: [
    {
      repository: "argoproj/argo-workflows",
      path: "docs/configure-artifact-repository.md",
      version: "f016ad89",
    },
  ],
  options: {
    buckets: buckets("Names of the buckets that artifacts are kept in."),
    garbageCollection: flag("Delete artifacts too (artifactGC)."),
    findRegion: flag("Find the region of the buckets, where workflows do not name it."),
    kmsKeyArns: keys("Customer managed keys that objects are encrypted with."),
  },
  statements: ({ garbageCollection = false, findRegion = false, ...options }, partition) => [
    {
      sid: "ListArtifacts",
      actions: [...(findRegion ? ["s3:GetBucketLocation"] : []), "s3:ListBucket"],
      resources: bucketArns(partition, options.buckets),
    },
    {
      sid: "UseArtifacts",
      actions: [...(garbageCollection ? ["s3:DeleteObject"] : []), "s3:GetObject", "s3:PutObject"],
      resources: bucketArns(partition, options.buckets, "/*"),
    },
    ...keyStatement(["kms:Decrypt", "kms:GenerateDataKey"], options.kmsKeyArns),
  ],
});
