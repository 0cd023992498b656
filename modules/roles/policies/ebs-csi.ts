import type { RolePolicy } from "../role-policy";
import { checkArns } from "./arns";

/** Options of {@link ebsCsi}. */
export interface EbsCsiOptions {
  /**
   * Only volumes and snapshots that the driver has tagged itself (`ebs.csi.aws.com/cluster`): the
   * managed policy `AmazonEBSCSIDriverPolicyV2`. What you made outside the driver must get the tag first.
   * @default false
   */
  readonly taggedOnly?: boolean;
  /** Customer managed keys of encrypted volumes. @default - none */
  readonly kmsKeyArns?: readonly string[];
}

/**
 * The Amazon EBS CSI driver, ServiceAccount `kube-system/ebs-csi-controller-sa`. AWS keeps the policy;
 * only the use of keys is added here.
 *
 * @see {@link https://github.com/kubernetes-sigs/aws-ebs-csi-driver/blob/master/docs/install.md#set-up-driver-permissions aws-ebs-csi-driver, driver permissions}
 * @see {@link https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AmazonEBSCSIDriverPolicy.html AmazonEBSCSIDriverPolicy}
 * @see {@link https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AmazonEBSCSIDriverPolicyV2.html AmazonEBSCSIDriverPolicyV2}
 */
export function ebsCsi({ taggedOnly = false, kmsKeyArns }: EbsCsiOptions = {}): RolePolicy {
  return {
    name: "ebs-csi",
    awsManaged: [
      taggedOnly ? "AmazonEBSCSIDriverPolicyV2" : "service-role/AmazonEBSCSIDriverPolicy",
    ],
    violations: checkArns(["kmsKeyArns"], kmsKeyArns, "key"),
    statements:
      kmsKeyArns &&
      (() => [
        {
          sid: "UseKeys",
          actions: ["kms:Decrypt", "kms:GenerateDataKeyWithoutPlaintext"],
          resources: kmsKeyArns,
        },
        {
          sid: "GrantKeysToEc2",
          actions: ["kms:CreateGrant"],
          resources: kmsKeyArns,
          conditions: [{ test: "Bool", variable: "kms:GrantIsForAWSResource", values: ["true"] }],
        },
      ]),
  };
}
