import { definePolicy } from "./define-policy";

/** The Amazon EFS CSI driver. AWS maintains the policy. */
export const efsCsi = definePolicy({
  name: "efs-csi",
  summary: "Amazon EFS CSI driver: access points of file systems.",
  serviceAccounts: ["kube-system/efs-csi-controller-sa"],
  covers:
    "access points that the driver has tagged (efs.csi.aws.com/cluster), by AmazonEFSCSIDriverPolicy",
  sources: [
    {
      repository: "kubernetes-sigs/aws-efs-csi-driver",
      path: "docs/iam-policy-example.json",
      version: "a4fc6760",
    },
  ],
  options: {},
  awsManaged: () => ["service-role/AmazonEFSCSIDriverPolicy"],
});
