import {
  awsLoadBalancerController,
  certManager,
  clusterAutoscaler,
  ebsCsi,
  efsCsi,
  externalDns,
  externalSecrets,
  mountpointS3Csi,
  policyCatalogue,
  type PolicyName,
  type RolePolicy,
  velero,
} from "../../../modules/roles";
import { expectGolden } from "./golden";
import { block, policyJson, synthRole } from "./support";

const account = "eu-central-1:111122223333";
const zone = "arn:aws:route53:::hostedzone/Z0123";
const key = `arn:aws:kms:${account}:key/1234abcd-12ab-34cd-56ef-1234567890ab`;
const group = `arn:aws:autoscaling:${account}:autoScalingGroup:*:autoScalingGroupName/workers`;
const secret = `arn:aws:secretsmanager:${account}:secret:prod/*`;
const parameter = `arn:aws:ssm:${account}:parameter/prod/*`;
const vpc = `arn:aws:ec2:${account}:vpc/vpc-0a1b`;

/** The widest form of each entry and the tightest. */
const forms: Record<PolicyName, Record<string, RolePolicy>> = {
  "aws-load-balancer-controller": {
    widest: awsLoadBalancerController(),
    tightest: awsLoadBalancerController({ vpcArn: vpc, clusterName: "prod" }),
  },
  "cert-manager": {
    widest: certManager(),
    tightest: certManager({ hostedZoneArns: [zone], findZones: false }),
  },
  "cluster-autoscaler": {
    widest: clusterAutoscaler({ anyAutoScalingGroup: true }),
    tightest: clusterAutoscaler({ autoScalingGroupArns: [group], clusterName: "prod" }),
  },
  "ebs-csi": {
    widest: ebsCsi({ kmsKeyArns: [key] }),
    tightest: ebsCsi({ taggedOnly: true, kmsKeyArns: [key] }),
  },
  "efs-csi": { widest: efsCsi() },
  "external-dns": {
    widest: externalDns(),
    tightest: externalDns({
      hostedZoneArns: [zone],
      recordNames: ["*.example.com"],
      recordTypes: ["A", "TXT"],
    }),
  },
  "external-secrets": {
    widest: externalSecrets({
      secretArns: [secret],
      parameterArns: [parameter],
      kmsKeyArns: [key],
      push: true,
    }),
    tightest: externalSecrets({ secretArns: [secret], findSecrets: false }),
  },
  "mountpoint-s3-csi": {
    widest: mountpointS3Csi({ buckets: ["acme-data"], allowDelete: true, kmsKeyArns: [key] }),
    tightest: mountpointS3Csi({ buckets: ["acme-data"], prefix: "team/", readOnly: true }),
  },
  velero: {
    widest: velero({
      buckets: ["acme-backup"],
      objectTagging: true,
      bucketKmsKeyArns: [key],
      volumeKmsKeyArns: [key],
    }),
    tightest: velero({ buckets: ["acme-backup"], volumeSnapshots: false }),
  },
};

describe.each(Object.entries(forms))("%s", (name, variants) => {
  test.each(Object.entries(variants))(
    "in its %s form is the reviewed policy",
    (variant, policy) => {
      const terraform = synthRole({ policies: [policy] });
      const attached = Object.values(terraform.resource?.aws_iam_role_policy_attachment ?? {});
      const actual = {
        attached: attached.map(({ policy_arn }) => policy_arn),
        ...(policy.statements && { policy: policyJson(terraform, `app_${name}`) }),
      };
      expectGolden(`${name}.${variant}`, actual);
    },
  );

  test.each(Object.values(variants))("is named as in the catalogue", (policy) => {
    expect(policy.name).toBe(name);
    expect(policy.violations ?? []).toEqual([]);
  });

  test.each(Object.values(variants))("holds no ARN of one partition alone", (policy) => {
    const foreign =
      JSON.stringify(policy.statements?.("aws-cn") ?? []).match(/arn:aws:[^"]*/g) ?? [];
    const given = [zone, key, group, secret, parameter, vpc];
    expect(foreign.filter((arn) => !given.includes(arn))).toEqual([]);
  });
});

test("the catalogue finds each entry by its name", () => {
  expect(Object.keys(policyCatalogue)).toEqual(Object.keys(forms));
  expect(policyCatalogue["efs-csi"]().name).toBe("efs-csi");
});

describe("limits of IAM", () => {
  const statements = (policy: RolePolicy) => policy.statements?.("aws-us-gov") ?? [];

  test("the policy of the load balancer controller fits, in its longest form too", () => {
    const policy = awsLoadBalancerController({ vpcArn: vpc, clusterName: "c".repeat(100) });
    const json = JSON.stringify(
      policyJson(synthRole({ policies: [policy] }), "app_aws-load-balancer-controller"),
    );
    expect(json.length).toBeGreaterThan(5000);
    expect(json.length).toBeLessThan(6144 - 9 * "-us-gov".length);
    expect(statements(policy).length).toBe(statements(awsLoadBalancerController()).length);
  });

  test("all of the catalogue fits on one role", () => {
    const policies = Object.values(forms).flatMap(({ widest = [] }) => widest);
    const { resource } = synthRole({ policies });
    expect(Object.keys(resource?.aws_iam_policy ?? {})).toEqual([
      "app_aws-load-balancer-controller",
    ]);
    expect(Object.keys(resource?.aws_iam_role_policy ?? {})).toHaveLength(7);
  });
});

describe("the load balancer controller", () => {
  const { Statement } = policyJson(
    synthRole({ policies: [awsLoadBalancerController()] }),
    "app_aws-load-balancer-controller",
  );
  const unconditional = Statement.filter(({ Condition }) => Condition === undefined)
    .flatMap(({ Action }) => Action as string | string[])
    .filter((action) => !/:(Describe|Get|List)/.test(action));

  test("may change what it has not tagged only as far as its documentation has it", () => {
    expect(unconditional.sort()).toEqual([
      "ec2:AuthorizeSecurityGroupIngress",
      "ec2:CreateSecurityGroup",
      "ec2:RevokeSecurityGroupIngress",
      "elasticloadbalancing:AddListenerCertificates",
      "elasticloadbalancing:AddTags",
      "elasticloadbalancing:CreateListener",
      "elasticloadbalancing:CreateRule",
      "elasticloadbalancing:DeleteListener",
      "elasticloadbalancing:DeleteRule",
      "elasticloadbalancing:DeregisterTargets",
      "elasticloadbalancing:ModifyListener",
      "elasticloadbalancing:ModifyRule",
      "elasticloadbalancing:RegisterTargets",
      "elasticloadbalancing:RemoveListenerCertificates",
      "elasticloadbalancing:RemoveTags",
      "elasticloadbalancing:SetRulePriorities",
      "elasticloadbalancing:SetWebAcl",
      "shield:CreateProtection",
      "shield:DeleteProtection",
      "waf-regional:AssociateWebACL",
      "waf-regional:DisassociateWebACL",
      "wafv2:AssociateWebACL",
      "wafv2:DisassociateWebACL",
    ]);
  });
});

test("a policy of the account carries the role's path and tags", () => {
  const { resource } = synthRole({
    policies: [awsLoadBalancerController()],
    path: "/irsa/",
    tags: { team: "edge" },
  });
  expect(block(resource, "aws_iam_policy", "app_aws-load-balancer-controller")).toMatchObject({
    path: "/irsa/",
    tags: { team: "edge" },
  });
});
