import { keyStatement } from "./arns";
import { definePolicy } from "./define-policy";
import { flag, keys } from "./options";

/** The Amazon EBS CSI driver. AWS maintains the policy; only the use of keys is added here. */
export const ebsCsi = definePolicy({
  name: "ebs-csi",
  summary: "Amazon EBS CSI driver: volumes and snapshots.",
  serviceAccounts: ["kube-system/ebs-csi-controller-sa"],
  covers:
    "volumes and snapshots that the driver has tagged (ebs.csi.aws.com/cluster), by AmazonEBSCSIDriverPolicyV2",
  sources: [
    {
      repository: "kubernetes-sigs/aws-ebs-csi-driver",
      path: "docs/install.md",
      version: "429e202e",
    },
    {
      repository: "docs.aws.amazon.com",
      path: "aws-managed-policy/latest/reference/AmazonEBSCSIDriverPolicyV2.html",
      version: "latest",
    },
  ],
  options: {
    anyVolume: flag(
      "Attach, change and snapshot every volume of the account, by AmazonEBSCSIDriverPolicy; needed for volumes that were made outside the driver.",
    ),
    kmsKeyArns: keys("Customer managed keys of encrypted volumes."),
  },
  awsManaged: ({ anyVolume = false }) => [
    anyVolume ? "service-role/AmazonEBSCSIDriverPolicy" : "AmazonEBSCSIDriverPolicyV2",
  ],
  statements: ({ kmsKeyArns }) =>
    keyStatement(["kms:Decrypt", "kms:GenerateDataKeyWithoutPlaintext"], kmsKeyArns).concat(
      keyStatement(["kms:CreateGrant"], kmsKeyArns, "GrantKeysToEc2").map((statement) => ({
        ...statement,
        conditions: [{ test: "Bool", variable: "kms:GrantIsForAWSResource", values: ["true"] }],
      })),
    ),
});
