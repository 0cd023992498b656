import { Testing } from "cdktf";
import { Policies, roleWarnings, ServiceAccountRole } from "../../../modules/roles";
import { warningsOf } from "../../../stacks/warnings";
import { TerraformStack } from "cdktf";

const codes = (props: Partial<Parameters<typeof roleWarnings>[0]>) =>
  roleWarnings({ serviceAccounts: ["shop/app"], ...props }).map(({ code, actual }) => [
    code,
    actual,
  ]);
const allow = (actions: readonly string[], resources: readonly string[] = ["*"]) => ({
  inlineStatements: [{ actions, resources }],
});

test.each<[string, Partial<Parameters<typeof roleWarnings>[0]>, string, string]>([
  ["any namespace", { serviceAccounts: ["*/app"] }, "IRSA-ROLE-ANY-NAMESPACE", "*/app"],
  ["any ServiceAccount", { serviceAccounts: ["*/*"] }, "IRSA-ROLE-ANY-SERVICE-ACCOUNT", "*/*"],
  ["all of IAM", allow(["iam:*"]), "IRSA-ROLE-ADMINISTRATOR", "iam:*"],
  [
    "policies of roles",
    allow(["IAM:PutRolePolicy"]),
    "IRSA-ROLE-ADMINISTRATOR",
    "IAM:PutRolePolicy",
  ],
  [
    "an AWS managed policy",
    { awsManagedPolicies: ["AdministratorAccess"] },
    "IRSA-ROLE-ADMINISTRATOR",
    "AdministratorAccess",
  ],
  [
    "every secret",
    allow(["secretsmanager:Get*"]),
    "IRSA-ROLE-READS-SECRETS",
    "secretsmanager:Get*",
  ],
  [
    "every secret by ARN",
    allow(["secretsmanager:GetSecretValue"], ["arn:aws:secretsmanager:*:*:secret:*"]),
    "IRSA-ROLE-READS-SECRETS",
    "secretsmanager:GetSecretValue",
  ],
  ["every role", allow(["sts:AssumeRole"]), "IRSA-ROLE-ASSUMES-ANY", "sts:AssumeRole"],
])("%s is warned of", (_title, props, code, actual) => {
  expect(codes(props)).toEqual([[code, actual]]);
});

test.each<[string, Partial<Parameters<typeof roleWarnings>[0]>]>([
  ["named ServiceAccounts", { serviceAccounts: ["shop/*", "sh*p/app"] }],
  ["some of IAM", allow(["iam:GetRole", "iam:List*"])],
  [
    "one secret",
    allow(
      ["secretsmanager:GetSecretValue"],
      ["arn:aws:secretsmanager:eu-central-1:111122223333:secret:app-*"],
    ),
  ],
  ["one role", allow(["sts:AssumeRole"], ["arn:aws:iam::111122223333:role/app"])],
  ["what is denied", { inlineStatements: [{ effect: "Deny", actions: ["*"], resources: ["*"] }] }],
  ["a policy of the catalogue", { policies: [Policies.ebsCsi(), Policies.clusterAutoscaler({})] }],
])("%s: no warning", (_title, props) => {
  expect(codes(props)).toEqual([]);
});

test("everything is warned of as everything", () => {
  expect(codes(allow(["*"])).map(([code]) => code)).toEqual([
    "IRSA-ROLE-ADMINISTRATOR",
    "IRSA-ROLE-READS-SECRETS",
    "IRSA-ROLE-ASSUMES-ANY",
  ]);
});

test("a role's construct warns, with its path", () => {
  const app = Testing.app();
  const stack = new TerraformStack(app, "stack");
  new ServiceAccountRole(stack, "role", {
    name: "app",
    serviceAccounts: ["*/app"],
    issuers: [
      {
        issuerHostpath: "a.example",
        providerArn: "arn:aws:iam::111122223333:oidc-provider/a.example",
      },
    ],
  });
  expect(warningsOf(app)).toEqual([
    expect.stringMatching(
      /^stack\/role: warning: A ServiceAccount of this name .*, got "\*\/app" \(IRSA-ROLE-ANY-NAMESPACE\)\n {2}Name the namespaces/,
    ),
  ]);
});
