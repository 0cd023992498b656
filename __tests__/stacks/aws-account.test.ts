import { Hosting } from "../../modules/issuer";
import { formatPath } from "../../modules/validation";
import { type AwsAccountProps, awsAccountViolations } from "../../stacks/aws-account";
import { ClusterStack } from "../../stacks/cluster-stack";
import { appInTemporaryDirectory } from "../support/synthesize";

const roleArn = "arn:aws:iam::111122223333:role/terraform";

function stackWith(props: AwsAccountProps) {
  return new ClusterStack(appInTemporaryDirectory(), "prod", {
    ...props,
    region: "eu-central-1",
    issuer: {
      hosting: Hosting.s3({ bucket: "acme-oidc", region: "eu-central-1" }),
      secret: "none",
    },
  });
}

test("the AWS provider gets the profile, the role and the account", () => {
  const stack = stackWith({
    profile: "acme",
    assumeRole: { roleArn, externalId: "irsa/prod", sessionName: "irsa" },
    accountId: "111122223333",
  });
  expect(stack.toTerraform()).toHaveProperty("provider.aws", [
    {
      region: "eu-central-1",
      profile: "acme",
      assume_role: [{ role_arn: roleArn, external_id: "irsa/prod", session_name: "irsa" }],
      allowed_account_ids: ["111122223333"],
    },
  ]);
});

test("without them it gets the region alone", () => {
  expect(stackWith({}).toTerraform()).toHaveProperty("provider.aws", [{ region: "eu-central-1" }]);
});

test.each<[AwsAccountProps, string]>([
  [{ accountId: "1111" }, "accountId"],
  [{ profile: "a b" }, "profile"],
  [{ profile: "${file(1)}" }, "profile"],
  [{ assumeRole: { roleArn: "terraform" } }, "assumeRole.roleArn"],
  [{ assumeRole: { roleArn, externalId: "x" } }, "assumeRole.externalId"],
  [{ assumeRole: { roleArn, sessionName: "a b" } }, "assumeRole.sessionName"],
  [{ assumeRole: { roleArn }, accountId: "444455556666" }, "assumeRole.roleArn"],
])("%j is refused at its own place", (props, path) => {
  const violations = awsAccountViolations(props);
  expect(violations.map((violation) => formatPath(violation.path))).toEqual([path]);
  expect(() => stackWith(props)).toThrow(/prod/);
});
