import { type RolePolicy, Policies, policyCatalogue } from "../../../modules/roles";
import { expectGolden } from "./golden";
import { block, policyJson, synthRole } from "./support";

const {
  awsLoadBalancerController,
  certManager,
  clusterAutoscaler,
  ebsCsi,
  efsCsi,
  externalDns,
  externalSecrets,
  mountpointS3Csi,
  velero,
} = Policies;

const account = "eu-central-1:111122223333";
const zone = "arn:aws:route53:::hostedzone/Z0123";
const key = `arn:aws:kms:${account}:key/1234abcd-12ab-34cd-56ef-1234567890ab`;
const group = `arn:aws:autoscaling:${account}:autoScalingGroup:*:autoScalingGroupName/workers`;
const secret = `arn:aws:secretsmanager:${account}:secret:prod/*`;
const parameter = `arn:aws:ssm:${account}:parameter/prod/*`;
const vpc = `arn:aws:ec2:${account}:vpc/vpc-0a1b`;
const logGroup = `arn:aws:logs:${account}:log-group:/prod/*`;
const repository = `arn:aws:ecr:${account}:repository/apps/*`;
const queue = `arn:aws:sqs:${account}:events`;
const workspace = `arn:aws:aps:${account}:workspace/ws-1`;
const given = [zone, key, group, secret, parameter, vpc, logGroup, repository, queue, workspace];
const bucket = { buckets: ["acme-data"] };

/** The widest form of each entry and the tightest. */
const forms: Readonly<Record<string, Readonly<Record<string, RolePolicy>>>> = {
  "amazon-managed-prometheus": {
    widest: Policies.amazonManagedPrometheus({ workspaceArns: [workspace], query: true }),
    tightest: Policies.amazonManagedPrometheus({ workspaceArns: [workspace] }),
  },
  "argo-workflows": {
    widest: Policies.argoWorkflows({
      ...bucket,
      garbageCollection: true,
      findRegion: true,
      kmsKeyArns: [key],
    }),
    tightest: Policies.argoWorkflows(bucket),
  },
  "aws-cloud-controller-manager": {
    widest: Policies.awsCloudControllerManager({
      loadBalancers: true,
      routes: true,
      tagNodes: true,
    }),
    tightest: Policies.awsCloudControllerManager(),
  },
  "aws-load-balancer-controller": {
    widest: awsLoadBalancerController(),
    tightest: awsLoadBalancerController({ vpcArn: vpc, clusterName: "prod" }),
  },
  "aws-node-termination-handler": {
    widest: Policies.awsNodeTerminationHandler({ queueArns: [queue] }),
  },
  "cert-manager": {
    widest: certManager({ anyHostedZone: true }),
    tightest: certManager({ hostedZoneArns: [zone], findZones: false }),
  },
  "cluster-autoscaler": {
    widest: clusterAutoscaler({ anyAutoScalingGroup: true }),
    tightest: clusterAutoscaler({ autoScalingGroupArns: [group], clusterName: "prod" }),
  },
  "ebs-csi": {
    widest: ebsCsi({ anyVolume: true, kmsKeyArns: [key] }),
    tightest: ebsCsi(),
  },
  "ecr-pull": {
    widest: Policies.ecrPull({
      repositoryArns: [repository],
      listImages: true,
      pullThroughCache: true,
    }),
    tightest: Policies.ecrPull({ repositoryArns: [repository] }),
  },
  "efs-csi": { widest: efsCsi({ s3Files: true }), tightest: efsCsi() },
  "external-dns": {
    widest: externalDns({ anyHostedZone: true }),
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
  "fluent-bit": {
    widest: Policies.fluentBit({
      ...bucket,
      logGroupArns: [logGroup],
      createLogGroups: true,
      kmsKeyArns: [key],
    }),
    tightest: Policies.fluentBit({ logGroupArns: [logGroup] }),
  },
  loki: {
    widest: Policies.loki({ ...bucket, kmsKeyArns: [key] }),
    tightest: Policies.loki(bucket),
  },
  "mountpoint-s3-csi": {
    widest: mountpointS3Csi({ ...bucket, allowDelete: true, kmsKeyArns: [key] }),
    tightest: mountpointS3Csi({ ...bucket, prefix: "team/", readOnly: true }),
  },
  thanos: {
    widest: Policies.thanos({ ...bucket, kmsKeyArns: [key] }),
    tightest: Policies.thanos(bucket),
  },
  velero: {
    widest: velero({
      ...bucket,
      volumeSnapshots: true,
      objectTagging: true,
      bucketKmsKeyArns: [key],
      volumeKmsKeyArns: [key],
    }),
    tightest: velero(bucket),
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
    expect(foreign.filter((arn) => !given.includes(arn.replace(/:[*]$/, "")))).toEqual([]);
  });
});

test("the catalogue finds each entry by its name", () => {
  expect([...policyCatalogue.keys()]).toEqual(Object.keys(forms));
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

  test("a role is refused for the inline policies of the whole catalogue, in their widest forms", () => {
    const policies = Object.values(forms).flatMap(({ widest = [] }) => widest);
    expect(() => synthRole({ policies })).toThrow("inline policies of at most 10240 characters");
  });
});

test.each([...policyCatalogue.values()])(
  "$definition.name reports what nobody may leave out",
  (make) => {
    const { definition } = make;
    const required = Object.entries(definition.options).flatMap(([option, schema]) =>
      (schema as unknown as { safeParse(value: unknown): { success: boolean } }).safeParse(
        undefined,
      ).success
        ? []
        : [{ path: [option], rule: "is missing" }],
    );
    const { violations = [], statements } = make();
    expect(violations.filter(({ rule }) => rule === "is missing")).toEqual(required);
    if (violations.length > 0) expect(statements).toBeUndefined();
  },
);

test.each([...policyCatalogue.values()])("$definition.name names its sources", ({ definition }) => {
  expect(definition.sources.length).toBeGreaterThan(0);
  for (const source of definition.sources) {
    expect(Object.values(source).every((part) => /^\S+$/.test(part as string))).toBe(true);
  }
});

test("options of the wrong type, or unknown, are reported and nothing is thrown", () => {
  const make = velero as (options: unknown) => RolePolicy;
  expect(make({ buckets: "acme", volumeSnapshots: "yes", bukets: [] }).violations).toEqual([
    { path: ["buckets"], rule: "must be a list", given: "acme" },
    { path: ["volumeSnapshots"], rule: "must be true or false", given: "yes" },
    { path: ["bukets"], rule: "is an unknown property", isAboutKey: true },
  ]);
});

test("parameters are found with an action that takes no resource", () => {
  const { statements } = externalSecrets({ parameterArns: [parameter] });
  expect(statements?.("aws")).toContainEqual({
    sid: "FindParameters",
    actions: ["ssm:DescribeParameters"],
    resources: ["*"],
  });
});

test("the cloud controller manager keeps a Network Load Balancer as its Service asks", () => {
  const { statements } = Policies.awsCloudControllerManager({ loadBalancers: true });
  const { actions = [] } =
    statements?.("aws").find(({ sid }) => sid === "ManageLoadBalancers") ?? {};
  expect(actions).toEqual(
    expect.arrayContaining([
      "elasticloadbalancing:DescribeTargetGroupAttributes",
      "elasticloadbalancing:ModifyTargetGroupAttributes",
      "elasticloadbalancing:SetSecurityGroups",
    ]),
  );
});

test("Fluent Bit reads nothing of the log groups it writes to", () => {
  const { statements } = Policies.fluentBit({ logGroupArns: [logGroup], createLogGroups: true });
  const actions = statements?.("aws").flatMap((statement) => statement.actions);
  expect(actions).toEqual([
    "logs:CreateLogStream",
    "logs:PutLogEvents",
    "logs:CreateLogGroup",
    "logs:PutRetentionPolicy",
  ]);
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
