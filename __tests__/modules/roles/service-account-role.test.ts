import { Fn, TerraformOutput, TerraformVariable, Token } from "cdktf";
import { type RolePolicy, ServiceAccountRole, Policies } from "../../../modules/roles";
import {
  block,
  hostpath,
  issuer,
  least,
  newStack,
  policyJson,
  providerArn,
  synthesized,
  synthRole,
} from "./support";

const { externalDns, velero } = Policies;

const policyArn = (name: string) => `arn:aws:iam::111122223333:policy/${name}`;

describe("Terraform addresses follow names", () => {
  test("of the role and its policies, never positions", () => {
    const policies: RolePolicy[] = [
      externalDns({ anyHostedZone: true }),
      velero({ buckets: ["acme"] }),
    ];
    const managedPolicyArns = [policyArn("b"), policyArn("path/a")];
    const one = synthRole({ policies, managedPolicyArns });
    const other = synthRole({
      policies: policies.toReversed(),
      managedPolicyArns: managedPolicyArns.toReversed(),
    });
    expect(Object.keys(one.resource?.aws_iam_role_policy_attachment ?? {}).sort()).toEqual([
      "app_a",
      "app_b",
    ]);
    expect(Object.keys(one.resource?.aws_iam_role_policy ?? {}).sort()).toEqual([
      "app_external-dns",
      "app_velero",
    ]);
    expect(other).toEqual(one);
  });

  test.each([
    ["ebs-csi", "ebs-csi"],
    ["team.app@eu", "team_app_eu"],
    ["1st", "_1st"],
    ["-x", "_-x"],
  ])("%s gives aws_iam_role.%s", (name, address) => {
    expect(block(synthRole({ name }).resource, "aws_iam_role", address)).toMatchObject({ name });
  });

  test("whatever the role's name in IAM is", () => {
    const stack = newStack();
    const cluster = new TerraformVariable(stack, "cluster", {}).stringValue;
    new ServiceAccountRole(stack, "role", { ...least, roleName: `${cluster}-app` });
    const terraform = synthesized(stack);
    const role = block(terraform.resource, "aws_iam_role", "app");
    expect(role.name).toBe("${local.app_role_name}");
    expect(terraform.locals).toEqual({ app_role_name: "${var.cluster}-app" });
  });
});

describe("what is known to Terraform only becomes a precondition", () => {
  test("the name in IAM", () => {
    const stack = newStack();
    const roleName = new TerraformVariable(stack, "name", {}).stringValue;
    new ServiceAccountRole(stack, "role", { ...least, roleName });
    expect(block(synthesized(stack).resource, "aws_iam_role", "app").lifecycle).toEqual({
      precondition: [
        {
          condition: '${can(regex("^.{1,64}$", local.app_role_name))}',
          error_message: "roleName must be 1 to 64 characters long.",
        },
        {
          condition: '${can(regex("^[A-Za-z0-9+=,.@_-]*$", local.app_role_name))}',
          error_message: "roleName must contain only letters, digits and the characters +=,.@_-.",
        },
      ],
    });
  });

  test("the length of the trust policy, with the quota that was given", () => {
    const stack = newStack();
    const arn = new TerraformVariable(stack, "arn", {}).stringValue;
    new ServiceAccountRole(stack, "role", {
      ...least,
      issuers: [{ ...issuer, providerArn: arn }],
      maxTrustPolicyLength: 4096,
    });
    expect(block(synthesized(stack).resource, "aws_iam_role", "app").lifecycle).toEqual({
      precondition: [
        {
          condition: "${(length(data.aws_iam_policy_document.app.minified_json) <= 4096)}",
          error_message: "The trust policy must have at most 4096 characters.",
        },
      ],
    });
  });

  test("the length of inline policies together", () => {
    const stack = newStack();
    const zones = Token.asList(new TerraformVariable(stack, "zones", {}).listValue);
    new ServiceAccountRole(stack, "role", {
      ...least,
      policies: [externalDns({ hostedZoneArns: zones }), velero({ buckets: ["acme"] })],
    });
    const terraform = synthesized(stack);
    for (const name of ["app_external-dns", "app_velero"]) {
      expect(block(terraform.resource, "aws_iam_role_policy", name).lifecycle).toEqual({
        precondition: [
          {
            condition:
              '${(length(join("", [data.aws_iam_policy_document.app_external-dns.minified_json, data.aws_iam_policy_document.app_velero.minified_json])) <= 10240)}',
            error_message:
              "All inline policies of the role together must have at most 10240 characters.",
          },
        ],
      });
    }
    expect(block(terraform.data, "aws_iam_policy_document", "app_external-dns")).toMatchObject({
      statement: [{ resources: "${var.zones}" }, { resources: "${var.zones}" }, {}],
    });
  });

  test("the length of a standalone policy", () => {
    const stack = newStack();
    const bucket = new TerraformVariable(stack, "bucket", {}).stringValue;
    new ServiceAccountRole(stack, "role", {
      ...least,
      policies: [{ ...velero({ buckets: [bucket] }), standalone: true }],
    });
    const { resource } = synthesized(stack);
    expect(block(resource, "aws_iam_policy", "app_velero")).toMatchObject({
      name: "${aws_iam_role.app.name}-velero",
      lifecycle: {
        precondition: [
          {
            condition: "${(length(data.aws_iam_policy_document.app_velero.minified_json) <= 6144)}",
          },
        ],
      },
    });
    expect(block(resource, "aws_iam_role_policy_attachment", "app_velero")).toEqual({
      policy_arn: "${aws_iam_policy.app_velero.arn}",
      role: "${aws_iam_role.app.name}",
    });
  });

  test("and nothing else does", () => {
    const role = block(synthRole().resource, "aws_iam_role", "app");
    expect(role).toEqual({
      name: "app",
      assume_role_policy: "${data.aws_iam_policy_document.app.json}",
    });
  });
});

describe("limits are what the account says", () => {
  const names = Array.from({ length: 30 }, (_, index) => `default/a-service-account-${index}`);
  const arns = Array.from({ length: 25 }, (_, index) => policyArn(`p${index}`));

  test("a trust policy that is just short enough, to the character", () => {
    const { length } = JSON.stringify(policyJson(synthRole({ serviceAccounts: names }), "app"));
    const padding = "x".repeat(2048 - length);
    const serviceAccounts = [...names.slice(1), `default/a-service-account-0${padding}`];
    expect(() => synthRole({ serviceAccounts })).not.toThrow();
    expect(() =>
      synthRole({ serviceAccounts: [...names.slice(1), `default/a-service-account-0${padding}x`] }),
    ).toThrow("serviceAccounts must give a trust policy of at most 2048 characters");
  });

  test("a longer trust policy where the quota is higher", () => {
    const serviceAccounts = [...names, ...names.map((name) => `${name}-b`)];
    expect(() => synthRole({ serviceAccounts, maxTrustPolicyLength: 4096 })).not.toThrow();
  });

  test("25 managed policies where the quota is higher", () => {
    expect(() => synthRole({ managedPolicyArns: arns, maxManagedPolicies: 25 })).not.toThrow();
  });

  test("a wildcard for every ServiceAccount when asked for", () => {
    const terraform = synthRole({ serviceAccounts: ["*/*"], anyServiceAccount: true });
    expect(policyJson(terraform, "app").Statement).toMatchObject([
      { Condition: { StringLike: { [`${hostpath}:sub`]: "system:serviceaccount:*:*" } } },
    ]);
  });
});

describe("tokens are welcome", () => {
  test("as issuer, in ServiceAccounts and as managed policy", () => {
    const stack = newStack();
    const variable = (name: string) => new TerraformVariable(stack, name, {}).stringValue;
    new ServiceAccountRole(stack, "role", {
      ...least,
      serviceAccounts: [`${variable("namespace")}/app`, `${variable("team")}/*`, variable("whole")],
      issuers: [{ issuerHostpath: variable("hostpath"), providerArn: variable("arn") }],
      managedPolicyArns: [
        { name: "extra", arn: variable("policy") },
        `arn:aws:iam::${variable("account")}:policy/named`,
      ],
      permissionsBoundary: variable("boundary"),
      path: variable("path"),
      maxSessionDuration: Token.asNumber(Fn.tonumber(variable("seconds"))),
      description: variable("description"),
      tags: { team: variable("tag") },
    });
    const terraform = synthesized(stack);
    const statement = policyJson(terraform, "app", {
      "var.namespace": "prod",
      "var.team": "blue",
      "var.hostpath": hostpath,
      "var.arn": providerArn,
      'replace(var.whole, "/", ":")': "a:b",
    });
    const sub = `${hostpath}:sub`;
    expect(JSON.stringify(block(terraform.data, "aws_iam_policy_document", "app"))).toContain(
      'system:serviceaccount:${replace(var.whole, \\"/\\", \\":\\")}',
    );
    expect(statement.Statement).toMatchObject([
      { Principal: { Federated: providerArn } },
      { Condition: { StringLike: { [sub]: "system:serviceaccount:blue:*" } } },
    ]);
    expect(Object.keys(terraform.resource?.aws_iam_role_policy_attachment ?? {}).sort()).toEqual([
      "app_extra",
      "app_named",
    ]);
    expect(block(terraform.resource, "aws_iam_role", "app")).toMatchObject({
      max_session_duration: "${tonumber(var.seconds)}",
      path: "${var.path}",
      tags: { team: "${var.tag}" },
    });
  });

  test("as a list of buckets", () => {
    const stack = newStack();
    const buckets = Token.asList(new TerraformVariable(stack, "buckets", {}).listValue);
    new ServiceAccountRole(stack, "role", { ...least, policies: [velero({ buckets })] });
    expect(block(synthesized(stack).data, "aws_iam_policy_document", "app_velero")).toMatchObject({
      statement: [
        {
          resources:
            '${formatlist("arn:%s:s3:::%s", data.aws_partition.current.partition, var.buckets)}',
        },
        {
          resources:
            '${formatlist("arn:%s:s3:::%s/*", data.aws_partition.current.partition, var.buckets)}',
        },
      ],
    });
  });
});

describe("outputs", () => {
  test("are what manifests and the webhook's map need", () => {
    const stack = newStack();
    const role = new ServiceAccountRole(stack, "role", {
      ...least,
      serviceAccounts: ["default/app", "media/*", "*/agent", "team-*/app"],
    });
    const arn = "${aws_iam_role.app.arn}";
    const annotations = {
      "eks.amazonaws.com/role-arn": arn,
      "eks.amazonaws.com/sts-regional-endpoints": "true",
    };
    const entry = { RoleARN: arn, Audience: "sts.amazonaws.com", UseRegionalSTS: true };
    const { roleArn, roleName, serviceAccounts, webhookMap } = role;
    new TerraformOutput(stack, "outputs", {
      value: { roleArn, roleName, annotations: role.annotations, serviceAccounts, webhookMap },
    });
    expect(synthesized(stack).output).toEqual({
      outputs: {
        value: {
          roleArn: arn,
          roleName: "${aws_iam_role.app.name}",
          annotations,
          serviceAccounts: [{ namespace: "default", name: "app", annotations }],
          webhookMap: { "default/app": entry, "*/agent": entry },
        },
      },
    });
  });

  test("name the audience where it is another", () => {
    const stack = newStack();
    const role = new ServiceAccountRole(stack, "role", {
      ...least,
      issuers: [{ ...issuer, audiences: ["acme"] }],
    });
    expect(role.annotations["eks.amazonaws.com/audience"]).toBe("acme");
    expect(role.webhookMap["default/app"]).toMatchObject({ Audience: "acme" });
  });
});

test("the audience may be a list that Terraform alone knows", () => {
  const stack = newStack();
  const audiences = Token.asList(new TerraformVariable(stack, "audiences", {}).listValue);
  const role = new ServiceAccountRole(stack, "role", {
    ...least,
    issuers: [{ ...issuer, audiences }],
  });
  new TerraformOutput(stack, "map", { value: role.webhookMap });
  const { output, data } = synthesized(stack);
  expect(output).toMatchObject({
    map: { value: { "default/app": { Audience: "${element(var.audiences, 0)}" } } },
  });
  expect(block(data, "aws_iam_policy_document", "app")).toMatchObject({
    statement: [{ condition: [{ values: "${var.audiences}" }, {}] }],
  });
});

describe("a stack of many roles", () => {
  test("has one partition, and each role's own resources", () => {
    const stack = newStack();
    for (let index = 0; index < 200; index++) {
      new ServiceAccountRole(stack, `role-${index}`, {
        ...least,
        name: `app-${index}`,
        awsManagedPolicies: ["AmazonS3ReadOnlyAccess"],
        policies: [externalDns({ anyHostedZone: true })],
      });
    }
    const { data, resource } = synthesized(stack);
    expect(Object.keys(data?.aws_partition ?? {})).toEqual(["current"]);
    expect(Object.keys(resource?.aws_iam_role ?? {})).toHaveLength(200);
    expect(Object.keys(resource?.aws_iam_role_policy_attachment ?? {})).toHaveLength(200);
  });

  test("has no partition when no role needs it", () => {
    const terraform = synthRole({ inlineStatements: [{ actions: ["s3:*"], resources: ["*"] }] });
    expect(terraform.data?.aws_partition).toBeUndefined();
  });
});
