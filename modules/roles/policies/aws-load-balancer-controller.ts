import type { PolicyCondition, PolicyStatement } from "../policy-document";
import { arnRules } from "./arns";
import { definePolicy } from "./define-policy";
import { clusterName, text } from "./options";

/**
 * The AWS Load Balancer Controller. A managed policy of the account, since it would take half of what
 * inline policies may have.
 */
export const awsLoadBalancerController = definePolicy({
  name: "aws-load-balancer-controller",
  summary: "AWS Load Balancer Controller: Application and Network Load Balancers.",
  serviceAccounts: ["kube-system/aws-load-balancer-controller"],
  covers:
    "what the controller has tagged; rules of any security group and listeners of any load balancer of the account",
  sources: [
    {
      repository: "kubernetes-sigs/aws-load-balancer-controller",
      path: "docs/install/iam_policy.json",
      version: "225f4456",
    },
  ],
  standalone: true,
  options: {
    vpcArn: text(arnRules("vpc"), "Change rules only of security groups in this VPC.", "any VPC"),
    clusterName: clusterName(
      "Change rules only of security groups with the tag kubernetes.io/cluster/NAME.",
      "any security group",
    ),
  },
  statements: (options, partition) => [
    ...readStatements,
    ...securityGroupStatements(partition, options),
    ...loadBalancerStatements(partition),
  ],
});

interface SecurityGroupLimits {
  readonly vpcArn?: string;
  readonly clusterName?: string;
}

/** The controller tags whatever it makes, and is allowed to touch what has its tag. */
const clusterTag = "elbv2.k8s.aws/cluster";
const asksForTag = present(`aws:RequestTag/${clusterTag}`);
const asksForNoTag = absent(`aws:RequestTag/${clusterTag}`);
const hasTag = present(`aws:ResourceTag/${clusterTag}`);

function present(variable: string): PolicyCondition {
  return { test: "Null", variable, values: ["false"] };
}

function absent(variable: string): PolicyCondition {
  return { test: "Null", variable, values: ["true"] };
}

const readStatements: readonly PolicyStatement[] = [
  {
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
  {
    actions: [
      "ec2:DescribeAccountAttributes",
      "ec2:DescribeAddresses",
      "ec2:DescribeAvailabilityZones",
      "ec2:DescribeCoipPools",
      "ec2:DescribeInstances",
      "ec2:DescribeInternetGateways",
      "ec2:DescribeIpamPools",
      "ec2:DescribeNetworkInterfaces",
      "ec2:DescribeRouteTables",
      "ec2:DescribeSecurityGroups",
      "ec2:DescribeSubnets",
      "ec2:DescribeTags",
      "ec2:DescribeVpcPeeringConnections",
      "ec2:DescribeVpcs",
      "ec2:GetCoipPoolUsage",
      "ec2:GetSecurityGroupsForVpc",
      "elasticloadbalancing:DescribeCapacityReservation",
      "elasticloadbalancing:DescribeListenerAttributes",
      "elasticloadbalancing:DescribeListenerCertificates",
      "elasticloadbalancing:DescribeListeners",
      "elasticloadbalancing:DescribeLoadBalancerAttributes",
      "elasticloadbalancing:DescribeLoadBalancers",
      "elasticloadbalancing:DescribeRules",
      "elasticloadbalancing:DescribeSSLPolicies",
      "elasticloadbalancing:DescribeTags",
      "elasticloadbalancing:DescribeTargetGroupAttributes",
      "elasticloadbalancing:DescribeTargetGroups",
      "elasticloadbalancing:DescribeTargetHealth",
      "elasticloadbalancing:DescribeTrustStores",
    ],
    resources: ["*"],
  },
  {
    actions: [
      "acm:DescribeCertificate",
      "acm:ListCertificates",
      "cognito-idp:DescribeUserPoolClient",
      "iam:GetServerCertificate",
      "iam:ListServerCertificates",
      "shield:CreateProtection",
      "shield:DeleteProtection",
      "shield:DescribeProtection",
      "shield:GetSubscriptionState",
      "waf-regional:AssociateWebACL",
      "waf-regional:DisassociateWebACL",
      "waf-regional:GetWebACL",
      "waf-regional:GetWebACLForResource",
      "wafv2:AssociateWebACL",
      "wafv2:DisassociateWebACL",
      "wafv2:GetWebACL",
      "wafv2:GetWebACLForResource",
    ],
    resources: ["*"],
  },
];

function securityGroupStatements(
  partition: string,
  { vpcArn, clusterName }: SecurityGroupLimits,
): PolicyStatement[] {
  const groups = [`arn:${partition}:ec2:*:*:security-group/*`];
  const changeRules = ["ec2:AuthorizeSecurityGroupIngress", "ec2:RevokeSecurityGroupIngress"];
  return [
    {
      actions: changeRules,
      resources: ["*"],
      conditions: [
        ...(vpcArn === undefined
          ? []
          : [{ test: "ArnEquals", variable: "ec2:Vpc", values: [vpcArn] }]),
        ...(clusterName === undefined
          ? []
          : [present(`aws:ResourceTag/kubernetes.io/cluster/${clusterName}`)]),
      ],
    },
    { actions: ["ec2:CreateSecurityGroup"], resources: ["*"] },
    {
      actions: ["ec2:CreateTags"],
      resources: groups,
      conditions: [
        { test: "StringEquals", variable: "ec2:CreateAction", values: ["CreateSecurityGroup"] },
        asksForTag,
      ],
    },
    {
      actions: ["ec2:CreateTags", "ec2:DeleteTags"],
      resources: groups,
      conditions: [asksForNoTag, hasTag],
    },
    {
      actions: [...changeRules, "ec2:DeleteSecurityGroup"],
      resources: ["*"],
      conditions: [hasTag],
    },
  ];
}

function loadBalancerStatements(partition: string): PolicyStatement[] {
  const elb = (kind: string) => `arn:${partition}:elasticloadbalancing:*:*:${kind}`;
  const targetGroups = elb("targetgroup/*/*");
  const owners = [targetGroups, elb("loadbalancer/net/*/*"), elb("loadbalancer/app/*/*")];
  const parts = [
    elb("listener/net/*/*/*"),
    elb("listener/app/*/*/*"),
    elb("listener-rule/net/*/*/*"),
    elb("listener-rule/app/*/*/*"),
  ];
  const changeTags = ["elasticloadbalancing:AddTags", "elasticloadbalancing:RemoveTags"];
  return [
    {
      actions: [
        "elasticloadbalancing:CreateLoadBalancer",
        "elasticloadbalancing:CreateTargetGroup",
      ],
      resources: ["*"],
      conditions: [asksForTag],
    },
    {
      actions: [
        "elasticloadbalancing:CreateListener",
        "elasticloadbalancing:CreateRule",
        "elasticloadbalancing:DeleteListener",
        "elasticloadbalancing:DeleteRule",
      ],
      resources: ["*"],
    },
    { actions: changeTags, resources: owners, conditions: [asksForNoTag, hasTag] },
    { actions: changeTags, resources: parts },
    {
      actions: ["elasticloadbalancing:AddTags"],
      resources: owners,
      conditions: [
        {
          test: "StringEquals",
          variable: "elasticloadbalancing:CreateAction",
          values: ["CreateTargetGroup", "CreateLoadBalancer"],
        },
        asksForTag,
      ],
    },
    {
      actions: [
        "elasticloadbalancing:DeleteLoadBalancer",
        "elasticloadbalancing:DeleteTargetGroup",
        "elasticloadbalancing:ModifyCapacityReservation",
        "elasticloadbalancing:ModifyIpPools",
        "elasticloadbalancing:ModifyListenerAttributes",
        "elasticloadbalancing:ModifyLoadBalancerAttributes",
        "elasticloadbalancing:ModifyTargetGroup",
        "elasticloadbalancing:ModifyTargetGroupAttributes",
        "elasticloadbalancing:SetIpAddressType",
        "elasticloadbalancing:SetSecurityGroups",
        "elasticloadbalancing:SetSubnets",
      ],
      resources: ["*"],
      conditions: [hasTag],
    },
    {
      actions: ["elasticloadbalancing:DeregisterTargets", "elasticloadbalancing:RegisterTargets"],
      resources: [targetGroups],
    },
    {
      actions: [
        "elasticloadbalancing:AddListenerCertificates",
        "elasticloadbalancing:ModifyListener",
        "elasticloadbalancing:ModifyRule",
        "elasticloadbalancing:RemoveListenerCertificates",
        "elasticloadbalancing:SetRulePriorities",
        "elasticloadbalancing:SetWebAcl",
      ],
      resources: ["*"],
    },
  ];
}
