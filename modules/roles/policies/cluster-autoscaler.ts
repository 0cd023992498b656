import type { PolicyCondition } from "../policy-document";
import { definePolicy } from "./define-policy";
import { arns, clusterName, flag } from "./options";

/**
 * Cluster Autoscaler with EC2 Auto Scaling groups. Managed node groups of Amazon EKS, which it asks
 * EKS about, do not exist on a cluster that you run yourself.
 */
export const clusterAutoscaler = definePolicy({
  name: "cluster-autoscaler",
  summary: "Cluster Autoscaler: the size of EC2 Auto Scaling groups.",
  serviceAccounts: ["kube-system/cluster-autoscaler"],
  covers: "resizing the groups named or tagged for the cluster",
  sources: [
    {
      repository: "kubernetes/autoscaler",
      path: "cluster-autoscaler/cloudprovider/aws/README.md",
      version: "55c37cd5",
    },
  ],
  options: {
    autoScalingGroupArns: arns("autoScalingGroup", "Auto Scaling groups that may be resized."),
    clusterName: clusterName(
      "Resize groups with the tag k8s.io/cluster-autoscaler/NAME, whatever its value.",
      "none",
    ),
    anyAutoScalingGroup: flag("Resize every group of the account."),
  },
  check: ({ autoScalingGroupArns, clusterName: cluster, anyAutoScalingGroup = false }) =>
    autoScalingGroupArns !== undefined || cluster !== undefined || anyAutoScalingGroup
      ? []
      : [
          {
            path: ["autoScalingGroupArns"],
            rule: "is missing, and so is {clusterName}: without either, set {anyAutoScalingGroup} to true",
          },
        ],
  statements: ({ autoScalingGroupArns, clusterName: cluster }) => [
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
      conditions: cluster === undefined ? [] : [tagged(cluster)],
    },
  ],
});

function tagged(cluster: string): PolicyCondition {
  return {
    test: "Null",
    variable: `aws:ResourceTag/k8s.io/cluster-autoscaler/${cluster}`,
    values: ["false"],
  };
}
