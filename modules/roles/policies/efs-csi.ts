import type { RolePolicy } from "../role-policy";

/**
 * The Amazon EFS CSI driver, ServiceAccount `kube-system/efs-csi-controller-sa`. AWS keeps the policy,
 * which lets the driver change only access points that it has tagged itself.
 *
 * @see {@link https://github.com/kubernetes-sigs/aws-efs-csi-driver/blob/master/docs/iam-policy-create.md aws-efs-csi-driver, IAM roles}
 * @see {@link https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AmazonEFSCSIDriverPolicy.html AmazonEFSCSIDriverPolicy}
 */
export function efsCsi(): RolePolicy {
  return { name: "efs-csi", awsManaged: ["service-role/AmazonEFSCSIDriverPolicy"] };
}
