import { formatViolation } from "../../../modules/validation";
import { Fn, TerraformVariable, Token } from "cdktf";
import {
  type RolePolicy,
  ServiceAccountRole,
  type ServiceAccountRoleProps,
  Policies,
} from "../../../modules/roles";
import { InvalidPropsError } from "../../../modules/validation";
import { hostpath, issuer, least, newStack, providerArn, synthesized } from "./support";

const {
  awsLoadBalancerController,
  certManager,
  clusterAutoscaler,
  ebsCsi,
  externalDns,
  externalSecrets,
  mountpointS3Csi,
  velero,
} = Policies;

const policyArn = (name: string) => `arn:aws:iam::111122223333:policy/${name}`;
const arns = (count: number) => Array.from({ length: count }, (_, index) => policyArn(`p${index}`));
const names = (count: number) =>
  Array.from({ length: count }, (_, index) => `default/app-${index}`);
const otherArn = "arn:aws:iam::111122223333:oidc-provider/s3.eu-central-1.amazonaws.com";
const keyAlias = "arn:aws:kms:eu-central-1:111122223333:alias/backup";

type Row = readonly [title: string, patch: Partial<ServiceAccountRoleProps>, ...told: string[]];
const policy = (made: RolePolicy): Partial<ServiceAccountRoleProps> => ({ policies: [made] });

const rows: readonly Row[] = [
  ["name of 65 characters", { name: "a".repeat(65) }, "name must be 1 to 64 characters long"],
  ["empty name", { name: "" }, "name must be 1 to 64 characters long"],
  ["name with a quote", { name: 'a"b' }, "name must contain only letters, digits and"],
  [
    "name with a template",
    { name: "a${b}" },
    'name must contain only letters, digits and the characters +=,.@_-, got "a${b}"',
  ],
  ["name with a directive", { name: "a%{b}" }, "name must contain only letters, digits and"],
  ["name with a space", { name: "a b" }, "name must contain only letters, digits and"],
  ["roleName of 65 characters", { roleName: "a".repeat(65) }, "roleName must be 1 to 64"],
  ["roleName with a slash", { roleName: "a/b" }, "roleName must contain only"],
  ["no ServiceAccount", { serviceAccounts: [] }, "serviceAccounts must have at least one entry"],
  [
    "ServiceAccount without namespace",
    { serviceAccounts: ["app"] },
    'serviceAccounts[0] must be NAMESPACE/NAME, got "app"',
  ],
  [
    "ServiceAccount with two slashes",
    { serviceAccounts: ["a/b/c"] },
    "serviceAccounts[0] must be NAMESPACE/NAME",
  ],
  [
    "namespace with capitals",
    { serviceAccounts: ["default/app", "Default/app"] },
    'serviceAccounts[1] must have a namespace of lower-case letters, digits, hyphens and the wildcards * and ?, got "Default/app"',
  ],
  [
    "namespace with a period",
    { serviceAccounts: ["a.b/app"] },
    "serviceAccounts[0] must have a namespace of lower-case letters",
  ],
  [
    "namespace of 64 characters",
    { serviceAccounts: [`${"n".repeat(64)}/app`] },
    "serviceAccounts[0] must have a namespace of 1 to 63 characters",
  ],
  [
    "namespace that ends with a hyphen",
    { serviceAccounts: ["a-/app"] },
    "serviceAccounts[0] must have a namespace that begins and ends with",
  ],
  [
    "empty namespace",
    { serviceAccounts: ["/app"] },
    "serviceAccounts[0] must have a namespace of 1 to 63 characters",
  ],
  [
    "ServiceAccount name of 254 characters",
    { serviceAccounts: [`a/${"n".repeat(254)}`] },
    "serviceAccounts[0] must have a name of 1 to 253 characters",
  ],
  [
    "ServiceAccount name with an underscore",
    { serviceAccounts: ["a/b_c"] },
    "serviceAccounts[0] must have a name of lower-case letters",
  ],
  [
    "ServiceAccount name with an empty label",
    { serviceAccounts: ["a/b..c"] },
    "serviceAccounts[0] must have a name that begins and ends, between periods too",
  ],
  [
    "ServiceAccount name that begins with a hyphen",
    { serviceAccounts: ["a/-b"] },
    "serviceAccounts[0] must have a name that begins and ends, between periods too",
  ],
  [
    "ServiceAccount name with brackets",
    { serviceAccounts: ["a/[bc]"] },
    "serviceAccounts[0] must have a name of lower-case letters",
  ],
  [
    "ServiceAccount name with a template",
    { serviceAccounts: ["a/${b}"] },
    "serviceAccounts[0] must have a name of lower-case letters",
  ],
  [
    "two wildcards",
    { serviceAccounts: ["*/*"] },
    "serviceAccounts[0] must not stand for every ServiceAccount of the cluster unless anyServiceAccount is true",
  ],
  [
    "two wildcards, written longer",
    { serviceAccounts: ["?*/**"] },
    "serviceAccounts[0] must not stand for every ServiceAccount",
  ],
  [
    "a ServiceAccount twice",
    { serviceAccounts: ["a/b", "a/b"] },
    'serviceAccounts[1] must not repeat another entry, got "a/b"',
  ],
  ["no issuer", { issuers: [] }, "issuers must have at least one entry"],
  ["an issuer twice", { issuers: [issuer, issuer] }, "issuers[1] must not repeat another entry"],
  [
    "issuer with its scheme",
    { issuers: [{ ...issuer, issuerHostpath: `https://${hostpath}` }] },
    "issuers[0].issuerHostpath must have no scheme: leave out https://",
  ],
  [
    "issuer with a slash at its end",
    { issuers: [{ ...issuer, issuerHostpath: `${hostpath}/` }] },
    "issuers[0].issuerHostpath must be what providerArn has after oidc-provider/",
  ],
  [
    "issuer's host without its path",
    { issuers: [{ ...issuer, issuerHostpath: "s3.eu-central-1.amazonaws.com" }] },
    `issuers[0].issuerHostpath must be what providerArn has after oidc-provider/ ("${hostpath}"), got "s3.eu-central-1.amazonaws.com"`,
  ],
  [
    "provider's ARN without the path",
    { issuers: [{ ...issuer, providerArn: otherArn }] },
    "issuers[0].issuerHostpath must be what providerArn has",
  ],
  [
    "provider ARN of another kind",
    { issuers: [{ ...issuer, providerArn: policyArn("p") }] },
    "issuers[0].providerArn must be the ARN of an OpenID Connect provider",
  ],
  [
    "provider ARN with a short account",
    { issuers: [{ ...issuer, providerArn: `arn:aws:iam::123:oidc-provider/${hostpath}` }] },
    "issuers[0].providerArn must be the ARN of an OpenID Connect provider",
  ],
  [
    "no audience",
    { issuers: [{ ...issuer, audiences: [] }] },
    "issuers[0].audiences must have at least one entry",
  ],
  [
    "audience with a quote",
    { issuers: [{ ...issuer, audiences: ['"'] }] },
    "issuers[0].audiences[0] must contain only",
  ],
  [
    "an audience twice",
    { issuers: [{ ...issuer, audiences: ["a", "a"] }] },
    "issuers[0].audiences[1] must not repeat another entry",
  ],
  [
    "11 managed policies",
    { managedPolicyArns: arns(11) },
    "managedPolicyArns must give the role at most 10 managed policies, those of other properties included",
  ],
  [
    "11 managed policies, some from elsewhere",
    { managedPolicyArns: arns(9), policies: [ebsCsi(), awsLoadBalancerController()] },
    "managedPolicyArns must give the role at most 10 managed policies, those of other properties included",
  ],
  [
    "26 managed policies",
    { managedPolicyArns: arns(26), maxManagedPolicies: 26 },
    "maxManagedPolicies must be a whole number from 10 to 25, got 26",
  ],
  [
    "a managed policy twice",
    { managedPolicyArns: [policyArn("p"), policyArn("p")] },
    'managedPolicyArns[1] must not repeat another policy, got "arn:aws:iam::111122223333:policy/p"',
  ],
  [
    "a managed policy that the catalogue attaches too",
    {
      managedPolicyArns: ["arn:aws:iam::aws:policy/AmazonEBSCSIDriverPolicyV2"],
      policies: [ebsCsi()],
    },
    'managedPolicyArns[0] must not repeat another policy, got "arn:aws:iam::aws:policy/AmazonEBSCSIDriverPolicyV2"',
  ],
  [
    "managed policy that is no ARN",
    { managedPolicyArns: ["AmazonS3ReadOnlyAccess"] },
    "managedPolicyArns[0] must be the ARN of a managed policy",
  ],
  [
    "managed policy that is a role's ARN",
    { managedPolicyArns: ["arn:aws:iam::111122223333:role/r"] },
    "managedPolicyArns[0] must be the ARN of a managed policy",
  ],
  [
    "a managed policy of the name of one to make",
    {
      managedPolicyArns: [policyArn("velero")],
      policies: [{ ...velero({ buckets: ["acme"] }), standalone: true }],
    },
    'policies[0] must not repeat another policy, got "velero"',
  ],
  [
    "two policies whose names differ in punctuation only",
    {
      policies: ["a.b", "a@b"].map((name) => ({
        name,
        statements: () => [{ actions: ["s3:*"], resources: ["*"] }],
      })),
    },
    'policies[1] must not repeat another policy, got "a@b"',
  ],
  [
    "AWS managed policy by its ARN",
    { awsManagedPolicies: ["SecurityAudit", "arn:aws:iam::aws:policy/ReadOnlyAccess"] },
    "awsManagedPolicies[1] must be the path and name of an AWS managed policy",
  ],
  [
    "an entry of the catalogue twice",
    { policies: [externalDns({ anyHostedZone: true }), externalDns({ anyHostedZone: true })] },
    'policies[1] must not repeat another policy, got "external-dns"',
  ],
  [
    "session of 100 seconds",
    { maxSessionDuration: 100 },
    "maxSessionDuration must be a whole number from 3600 to 43200, got 100",
  ],
  [
    "session of 43201 seconds",
    { maxSessionDuration: 43_201 },
    "maxSessionDuration must be a whole number from 3600 to 43200",
  ],
  [
    "session of a fraction",
    { maxSessionDuration: 3600.5 },
    "maxSessionDuration must be a whole number",
  ],
  [
    "boundary that is no policy",
    { permissionsBoundary: "boundary" },
    "permissionsBoundary must be the ARN of a managed policy",
  ],
  ["path without a slash at its end", { path: "/irsa" }, "path must begin and end with a slash"],
  ["path with two slashes", { path: "//" }, "path must begin and end with a slash"],
  [
    "description with a template",
    { description: "for ${x}" },
    "description must contain neither ${ nor %{",
  ],
  ["description of two lines", { description: "a\nb" }, "description must be one line"],
  ["tag of AWS", { tags: { "aws:x": "y" } }, 'tags["aws:x"] as a key must not begin with aws:'],
  [
    "tag with a template",
    { tags: { x: "%{y}" } },
    "tags.x must contain only letters, digits, spaces",
  ],
  [
    "tag key of 129 characters",
    { tags: { ["k".repeat(129)]: "" } },
    "as a key must be 1 to 128 characters long",
  ],
  [
    "51 tags",
    { tags: Object.fromEntries(arns(51).map((_, index) => [`k${index}`, "v"])) },
    "tags must have at most 50 entries, got 51",
  ],
  [
    "trust policy of more than 2048 characters",
    { serviceAccounts: names(50) },
    "serviceAccounts must give a trust policy of at most 2048 characters: name fewer",
  ],
  [
    "trust policy quota that no account has",
    { maxTrustPolicyLength: 5000 },
    "maxTrustPolicyLength must be a whole number from 2048 to 4096, got 5000",
  ],
  [
    "statement without actions",
    { inlineStatements: [{ actions: [], resources: ["*"] }] },
    "inlineStatements[0].actions must have at least one entry",
  ],
  [
    "action without its service",
    { inlineStatements: [{ actions: ["GetObject"], resources: ["*"] }] },
    "inlineStatements[0].actions[0] must be SERVICE:ACTION",
  ],
  [
    "resource with a policy variable in Terraform's way",
    { inlineStatements: [{ actions: ["s3:*"], resources: ["arn:aws:s3:::b/${aws:username}"] }] },
    "an IAM policy variable is written &{aws:username}",
  ],
  [
    "condition operator with a space",
    {
      inlineStatements: [
        {
          actions: ["s3:*"],
          resources: ["*"],
          conditions: [{ test: "String Equals", variable: "a:b", values: ["c"] }],
        },
      ],
    },
    "inlineStatements[0].conditions[0].test must be a condition operator",
  ],
  [
    "condition without values",
    {
      inlineStatements: [
        {
          actions: ["s3:*"],
          resources: ["*"],
          conditions: [{ test: "StringLike", variable: "a:b", values: [] }],
        },
      ],
    },
    "inlineStatements[0].conditions[0].values must have at least one entry",
  ],
  [
    "a statement ID twice",
    { inlineStatements: [1, 2].map(() => ({ sid: "S", actions: ["s3:*"], resources: ["*"] })) },
    'inlineStatements[1].sid must not repeat that of another statement, got "S"',
  ],
  [
    "inline policies of more than 10240 characters",
    { inlineStatements: [{ actions: ["s3:*"], resources: arns(300) }] },
    "inlineStatements must give inline policies of at most 10240 characters together, got 1",
  ],
  [
    "standalone policy of more than 6144 characters",
    policy({
      name: "big",
      standalone: true,
      statements: () => [{ actions: ["s3:*"], resources: arns(200) }],
    }),
    "policies[0] must give a managed policy of at most 6144 characters, got 7976",
  ],
  [
    "standalone policy whose name is too long behind the role's",
    policy({
      name: "p".repeat(125),
      standalone: true,
      statements: () => [{ actions: ["s3:*"], resources: ["*"] }],
    }),
    "policies[0].name with the role's name before it must be 1 to 128 characters long",
  ],
  ["policy name with a slash", policy({ name: "a/b" }), "policies[0].name must contain only"],
  [
    "ebs-csi with a key's alias",
    policy(ebsCsi({ kmsKeyArns: [keyAlias] })),
    "policies[0].kmsKeyArns[0] must be the ARN of a KMS key, not of an alias",
  ],
  [
    "external-dns with a zone ID",
    policy(externalDns({ hostedZoneArns: ["Z0123"] })),
    "policies[0].hostedZoneArns[0] must be the ARN of a Route 53 hosted zone",
  ],
  [
    "external-dns with no zone",
    policy(externalDns({ hostedZoneArns: [] })),
    "policies[0].hostedZoneArns must have at least one entry",
  ],
  [
    "external-dns with a record in capitals",
    policy(externalDns({ anyHostedZone: true, recordNames: ["*.Example.com"] })),
    "policies[0].recordNames[0] must be lower case",
  ],
  [
    "cert-manager with a bucket for a zone",
    policy(certManager({ hostedZoneArns: ["arn:aws:s3:::b"] })),
    "policies[0].hostedZoneArns[0] must be the ARN of a Route 53 hosted zone",
  ],
  [
    "external-secrets without secrets",
    policy(externalSecrets({})),
    "policies[0].secretArns is missing, and so is parameterArns: one is needed",
  ],
  [
    "external-secrets with a parameter for a secret",
    policy(externalSecrets({ secretArns: ["arn:aws:ssm:eu-central-1:111122223333:parameter/a"] })),
    "policies[0].secretArns[0] must be the ARN of a Secrets Manager secret",
  ],
  [
    "cluster-autoscaler for every group, unasked",
    policy(clusterAutoscaler({})),
    "policies[0].autoScalingGroupArns is missing, and so is clusterName: without either, set anyAutoScalingGroup to true",
  ],
  [
    "cluster-autoscaler with a template",
    policy(clusterAutoscaler({ clusterName: "${x}" })),
    "policies[0].clusterName must contain neither",
  ],
  [
    "mountpoint-s3-csi with a bucket's ARN",
    policy(mountpointS3Csi({ buckets: ["arn:aws:s3:::b"] })),
    "policies[0].buckets[0] must contain only lower-case letters, digits, periods and hyphens",
  ],
  [
    "mountpoint-s3-csi with a prefix without slash",
    policy(mountpointS3Csi({ buckets: ["acme"], prefix: "a" })),
    "policies[0].prefix must end with a slash",
  ],
  [
    "mountpoint-s3-csi deleting what it only reads",
    policy(mountpointS3Csi({ buckets: ["acme"], readOnly: true, allowDelete: true })),
    "policies[0].allowDelete must be false when readOnly is true",
  ],
  [
    "velero without buckets",
    policy(velero({ buckets: [] })),
    "policies[0].buckets must have at least one entry",
  ],
  [
    "aws-load-balancer-controller with a VPC's ID",
    policy(awsLoadBalancerController({ vpcArn: "vpc-1" })),
    "policies[0].vpcArn must be the ARN of a VPC",
  ],
];

function refusal(props: ServiceAccountRoleProps): InvalidPropsError {
  const stack = newStack();
  try {
    new ServiceAccountRole(stack, "role", props);
  } catch (error) {
    expect(synthesized(stack)).toEqual({});
    if (error instanceof InvalidPropsError) return error;
    throw error;
  }
  throw new Error("was not refused");
}

describe("a role is refused, and nothing made, with", () => {
  test.each(rows.map(([title, patch, ...told]) => ({ title, patch, told })))(
    "$title",
    ({ patch, told }) => {
      const { violations } = refusal({ ...least, ...patch });
      expect(violations.map((violation) => formatViolation(violation))).toEqual(
        told.map((part): unknown => expect.stringContaining(part)),
      );
    },
  );

  test("everything wrong at once, told together", () => {
    const { violations } = refusal({
      name: "a b",
      serviceAccounts: ["Default/app", "*/*"],
      issuers: [{ issuerHostpath: "https://x", providerArn: "y" }],
      managedPolicyArns: arns(11),
      policies: [velero({ buckets: ["B"] })],
      maxSessionDuration: 1,
    });
    expect(
      violations.map((violation) => formatViolation(violation).replace(/ must .*/s, "")),
    ).toEqual([
      "name",
      "serviceAccounts[0]",
      "serviceAccounts[1]",
      "issuers[0].issuerHostpath",
      "issuers[0].issuerHostpath",
      "issuers[0].providerArn",
      "policies[0].buckets[0]",
      "policies[0].buckets[0]",
      "policies[0].buckets[0]",
      "maxSessionDuration",
      "managedPolicyArns",
    ]);
  });

  test("a name that is a token, or a list of ServiceAccounts that is one", () => {
    const variable = new TerraformVariable(newStack(), "x", {});
    const { violations } = refusal({
      ...least,
      name: variable.stringValue,
      serviceAccounts: Token.asList(Fn.split(",", variable.stringValue)),
    });
    expect(violations.map((violation) => formatViolation(violation))).toEqual([
      expect.stringContaining("name must be known at synthesis"),
      expect.stringContaining("serviceAccounts must be a list that is known at synthesis"),
    ]);
  });

  test("a managed policy whose name is a token", () => {
    const arn = new TerraformVariable(newStack(), "arn", {}).stringValue;
    expect(refusal({ ...least, managedPolicyArns: [arn] }).violations).toEqual([
      {
        path: ["managedPolicyArns", 0],
        rule: "must be { name, arn } when the policy's name is known to Terraform only",
      },
    ]);
  });

  test.each([
    ["a.b", "a@b", {}, "aws_iam_role.a_b"],
    ["a", "a_velero", {}, "data.aws_iam_policy_document.a_velero"],
    ["a_b", "a", { managedPolicyArns: [policyArn("b_velero")] }, undefined],
    ["a_velero", "a", {}, "data.aws_iam_policy_document.a_velero"],
  ])("names %s and %s at the same addresses", (first, second, patch, taken) => {
    const stack = newStack();
    const policies = [velero({ buckets: ["acme"] })];
    new ServiceAccountRole(stack, "first", { ...least, policies, name: first });
    const before = synthesized(stack);
    const make = () =>
      new ServiceAccountRole(stack, "second", { ...least, policies, ...patch, name: second });
    if (taken === undefined) {
      expect(make).not.toThrow();
      return;
    }
    expect(make).toThrow(
      `roles/second (ServiceAccountRole): name must give free addresses, but ${taken} is taken, got "${second}"`,
    );
    expect(synthesized(stack)).toEqual(before);
  });

  test("a policy's name that is a token", () => {
    const name = new TerraformVariable(newStack(), "name", {}).stringValue;
    const { violations } = refusal({
      ...least,
      managedPolicyArns: [{ name, arn: policyArn("p") }],
      policies: [{ name, statements: () => [{ actions: ["s3:*"], resources: ["*"] }] }],
    });
    expect(violations).toEqual([
      { path: ["policies", 0, "name"], rule: "must be known at synthesis" },
      { path: ["managedPolicyArns", 0, "name"], rule: "must be known at synthesis" },
    ]);
  });

  test("an ARN that is right in every partition", () => {
    for (const partition of ["aws", "aws-cn", "aws-us-gov", "aws-eusc"]) {
      const here = { ...issuer, providerArn: providerArn.replace("arn:aws:", `arn:${partition}:`) };
      expect(
        () => new ServiceAccountRole(newStack(), "r", { ...least, issuers: [here] }),
      ).not.toThrow();
    }
  });
});
