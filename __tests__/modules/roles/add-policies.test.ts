import { TerraformVariable } from "cdktf";
import { IamPolicy } from "@cdktf/provider-aws/lib/iam-policy";
import { ServiceAccountRole } from "../../../modules/roles";
import { block, least, newStack, synthesized } from "./support";

const read = { actions: ["s3:GetObject"], resources: ["arn:aws:s3:::reports/*"] };

function newRole() {
  const stack = newStack();
  return { stack, role: new ServiceAccountRole(stack, "role", least) };
}

test("an inline policy and managed ones can be added to a role that is made", () => {
  const { stack, role } = newRole();
  const policy = new IamPolicy(stack, "policy", { policy: "{}" });
  role.addPolicy("reports", [read]);
  role.addManagedPolicy("own", policy.arn);
  role.addManagedPolicy("aws", "arn:aws:iam::aws:policy/ReadOnlyAccess");
  const { data, resource } = synthesized(stack);
  expect(block(resource, "aws_iam_role_policy", "app_reports")).toMatchObject({
    name: "reports",
    policy: "${data.aws_iam_policy_document.app_reports.json}",
    role: "${aws_iam_role.app.name}",
  });
  expect(block(data, "aws_iam_policy_document", "app_reports")).toMatchObject({
    statement: [{ actions: ["s3:GetObject"], resources: ["arn:aws:s3:::reports/*"] }],
  });
  expect(block(resource, "aws_iam_role_policy_attachment", "app_own")).toMatchObject({
    policy_arn: "${aws_iam_policy.policy.arn}",
  });
  expect(block(resource, "aws_iam_role_policy_attachment", "app_aws")).toMatchObject({
    policy_arn: "arn:aws:iam::aws:policy/ReadOnlyAccess",
  });
});

test("the role itself is readable, for what this construct has no property for", () => {
  const { stack, role } = newRole();
  role.role.forceDetachPolicies = true;
  expect(block(synthesized(stack).resource, "aws_iam_role", "app")).toMatchObject({
    force_detach_policies: true,
  });
});

test.each<[string, (role: ServiceAccountRole) => unknown, string]>([
  ["no statement", (role) => role.addPolicy("a", []), "statements must have at least one entry"],
  [
    "a bad action",
    (role) => role.addPolicy("a", [{ ...read, actions: ["read"] }]),
    "statements[0].actions[0] must be SERVICE:ACTION",
  ],
  ["a bad name", (role) => role.addPolicy("a b", [read]), "id must contain only letters"],
  [
    "a name twice",
    (role) => [role.addPolicy("a", [read]), role.addPolicy("a", [read])],
    "id must be the name of no other policy of the role",
  ],
  [
    "a bad ARN",
    (role) => role.addManagedPolicy("a", "ReadOnlyAccess"),
    "policyArn must be the ARN of a managed policy",
  ],
])("%s is refused with the construct's path", (_title, add, says) => {
  const { role } = newRole();
  expect(() => add(role)).toThrow(`role (ServiceAccountRole): ${says}`);
});

test("tokens are welcome", () => {
  const { stack, role } = newRole();
  const arn = new TerraformVariable(stack, "arn", {}).stringValue;
  role.addPolicy("bucket", [{ ...read, resources: [`${arn}/*`] }]);
  const { data } = synthesized(stack);
  expect(block(data, "aws_iam_policy_document", "app_bucket")).toMatchObject({
    statement: [{ resources: ["${var.arn}/*"] }],
  });
});
