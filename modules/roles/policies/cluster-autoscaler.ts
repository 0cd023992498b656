import { checkText, statementTextRules } from "../../validation";
import type { PolicyCondition } from "../policy-document";
import type { RolePolicy } from "../role-policy";
import { checkArns } from "./arns";

/** Options of {@link clusterAutoscaler}; one of the first two is needed, or the third. */
export interface ClusterAutoscalerOptions {
  /** The Auto Scaling groups that may be resized. @default - limited by `clusterName` */
  readonly autoScalingGroupArns?: readonly string[];
  /**
   * The cluster as auto-discovery names it: only groups with the tag
   * `k8s.io/cluster-autoscaler/CLUSTER`, whatever its value, may be resized.
   * @default - limited by `autoScalingGroupArns`
   */
  readonly clusterName?: string;
  /** Let every group of the account be resized. @default false */
  readonly anyAutoScalingGroup?: boolean;
}

/**
 * Cluster Autoscaler with EC2 Auto Scaling groups. Managed node groups of Amazon EKS, which it asks
 * EKS about, do not exist on a cluster that you run yourself.
 *
 * @see {@link https://github.com/kubernetes/autoscaler/blob/master/cluster-autoscaler/cloudprovider/aws/README.md#iam-policy Cluster Autoscaler on AWS, IAM policy}
 */
export function clusterAutoscaler(options: ClusterAutoscalerOptions): RolePolicy {
  const { autoScalingGroupArns, clusterName, anyAutoScalingGroup = false } = options;
  const limited = autoScalingGroupArns !== undefined || clusterName !== undefined;
  return {
    name: "cluster-autoscaler",
    violations: [
      ...(limited || anyAutoScalingGroup
        ? []
        : [
            {
              path: ["autoScalingGroupArns"],
              rule: "is missing, and so is {clusterName}: without either, set {anyAutoScalingGroup} to true",
            },
          ]),
      ...checkArns(["autoScalingGroupArns"], autoScalingGroupArns, "autoScalingGroup"),
      ...checkText(["clusterName"], clusterName ?? "any", statementTextRules),
    ],
    statements: () => [
      {
        sid: "Look",
        actions: [
          "autoscaling:DescribeAutoScalingGroups",
          "autoscaling:DescribeAutoScalingInstances",
          "autoscaling:DescribeLaunchConfigurations",
          "autoscaling:DescribeScalingActivities",
          "ec2:DescribeImages",
          "ec2:DescribeInstanceTypes",
          "ec2:DescribeLaunchTemplateVersions",
          "ec2:GetInstanceTypesFromInstanceRequirements",
        ],
        resources: ["*"],
      },
      {
        sid: "Resize",
        actions: [
          "autoscaling:SetDesiredCapacity",
          "autoscaling:TerminateInstanceInAutoScalingGroup",
        ],
        resources: autoScalingGroupArns ?? ["*"],
        conditions: clusterName === undefined ? [] : [tagged(clusterName)],
      },
    ],
  };
}

function tagged(clusterName: string): PolicyCondition {
  return {
    test: "Null",
    variable: `aws:ResourceTag/k8s.io/cluster-autoscaler/${clusterName}`,
    values: ["false"],
  };
}
