import { definePolicy } from "./define-policy";
import { flag } from "./options";

/** The Amazon EFS CSI driver. AWS maintains the policies. */
export const efsCsi = definePolicy({
  name: "efs-csi",
  summary: "Amazon EFS CSI driver: access points of file systems.",
  serviceAccounts: ["kube-system/efs-csi-controller-sa"],
  covers:
    "access points that the driver has tagged (efs.csi.aws.com/cluster), by AmazonEFSCSIDriverPolicy",
  sources: [
    {
      repository: "kubernetes-sigs/aws-efs-csi-driver",
      path: "docs/iam-policy-create.md",
      version: "a4fc6760",
    },
    {
      repository: "docs.aws.amazon.com",
      path: "aws-managed-policy/latest/reference/AmazonS3FilesCSIDriverPolicy.html",
      version: "latest",
    },
  ],
  options: {
    s3Files: flag(
      "Use file systems of Amazon S3 Files too, by AmazonS3FilesCSIDriverPolicy and AmazonS3FilesClientFullAccess: mounts and writes any of the account.",
    ),
  },
  awsManaged: ({ s3Files = false }) => [
    "service-role/AmazonEFSCSIDriverPolicy",
    ...(s3Files
      ? ["service-role/AmazonS3FilesCSIDriverPolicy", "AmazonS3FilesClientFullAccess"]
      : []),
  ],
});
