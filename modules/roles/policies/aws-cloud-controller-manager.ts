import type { PolicyStatement } from "../policy-document";
import { definePolicy } from "./define-policy";
import { clusterName, flag } from "./options";

/** The AWS cloud controller manager. */
export const awsCloudControllerManager = definePolicy({
  name: "aws-cloud-controller-manager",
  summary: "AWS cloud controller manager: nodes, and on request load balancers and routes.",
  serviceAccounts: ["kube-system/cloud-controller-manager"],
  covers: "reading instances, zones and their network; nothing is changed",
  sources: [
    {
      repository: "kubernetes/cloud-provider-aws",
      path: "docs/prerequisites.md",
      version: "63ec440c",
    },
    {
      repository: "kubernetes/cloud-provider-aws",
      path: "pkg/providers/v1/aws_loadbalancer.go",
      version: "63ec440c",
    },
  ],
  options: {
    clusterName: clusterName(
      "With loadBalancers, change rules of, and delete, only security groups with the tag kubernetes.io/cluster/NAME.",
      "any security group",
    ),
    loadBalancers: flag(
      "Make load balancers for Services without the AWS Load Balancer Controller: any load balancer of the account.",
    ),
    routes: flag("Set routes to pods (--configure-cloud-routes): any route table of the account."),
    tagNodes: flag("Tag instances (--controllers=tagging): any instance of the account."),
  },
  statements: (options, partition) => [
    {
      sid: "ReadInstances",
      actions: [
        "autoscaling:DescribeAutoScalingGroups",
        "autoscaling:DescribeLaunchConfigurations",
        "autoscaling:DescribeTags",
        "ec2:DescribeAvailabilityZones",
        "ec2:DescribeInstanceTopology",
        "ec2:DescribeInstances",
        "ec2:DescribeRegions",
        "ec2:DescribeRouteTables",
        "ec2:DescribeSecurityGroups",
        "ec2:DescribeSubnets",
        "ec2:DescribeVpcs",
      ],
      resources: ["*"],
    },
    ...(options.loadBalancers === true
      ? loadBalancerStatements(partition, options.clusterName)
      : []),
    ...(options.routes === true ? [routes] : []),
    ...(options.tagNodes === true ? [tagNodes(partition)] : []),
  ],
});

const routes: PolicyStatement = {
  sid: "SetRoutes",
  actions: ["ec2:CreateRoute", "ec2:DeleteRoute", "ec2:ModifyInstanceAttribute"],
  resources: ["*"],
};

function tagNodes(partition: string): PolicyStatement {
  return {
    sid: "TagNodes",
    actions: ["ec2:CreateTags", "ec2:DeleteTags"],
    resources: [`arn:${partition}:ec2:*:*:instance/*`],
  };
}

function loadBalancerStatements(partition: string, cluster: string | undefined): PolicyStatement[] {
  return [
    {
      sid: "MakeServiceLinkedRole",
      actions: ["iam:CreateServiceLinkedRole"],
      resources: ["*"],
      conditions: [
        {
          test: "StringEquals",
          variable: "iam:AWSServiceName",
          values: ["elasticloadbalancing.amazonaws.com"],
        },
      ],
    },
    { sid: "MakeSecurityGroups", actions: ["ec2:CreateSecurityGroup"], resources: ["*"] },
    {
      sid: "TagSecurityGroups",
      actions: ["ec2:CreateTags"],
      resources: [`arn:${partition}:ec2:*:*:security-group/*`],
    },
    {
      sid: "ChangeSecurityGroups",
      actions: [
        "ec2:AuthorizeSecurityGroupIngress",
        "ec2:DeleteSecurityGroup",
        "ec2:RevokeSecurityGroupIngress",
      ],
      resources: ["*"],
      conditions:
        cluster === undefined
          ? []
          : [
              {
                test: "Null",
                variable: `aws:ResourceTag/kubernetes.io/cluster/${cluster}`,
                values: ["false"],
              },
            ],
    },
    { sid: "ManageLoadBalancers", actions: loadBalancerActions, resources: ["*"] },
  ];
}

const loadBalancerActions = [
  "AddTags",
  "ApplySecurityGroupsToLoadBalancer",
  "AttachLoadBalancerToSubnets",
  "ConfigureHealthCheck",
  "CreateListener",
  "CreateLoadBalancer",
  "CreateLoadBalancerListeners",
  "CreateLoadBalancerPolicy",
  "CreateTargetGroup",
  "DeleteListener",
  "DeleteLoadBalancer",
  "DeleteLoadBalancerListeners",
  "DeleteTargetGroup",
  "DeregisterInstancesFromLoadBalancer",
  "DeregisterTargets",
  "DescribeListeners",
  "DescribeLoadBalancerAttributes",
  "DescribeLoadBalancerPolicies",
  "DescribeLoadBalancers",
  "DescribeTargetGroupAttributes",
  "DescribeTargetGroups",
  "DescribeTargetHealth",
  "DetachLoadBalancerFromSubnets",
  "ModifyListener",
  "ModifyLoadBalancerAttributes",
  "ModifyTargetGroup",
  "ModifyTargetGroupAttributes",
  "RegisterInstancesWithLoadBalancer",
  "RegisterTargets",
  "SetLoadBalancerPoliciesForBackendServer",
  "SetLoadBalancerPoliciesOfListener",
  "SetSecurityGroups",
].map((action) => `elasticloadbalancing:${action}`);
