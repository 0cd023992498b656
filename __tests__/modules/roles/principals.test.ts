import { policyJson, synthRole } from "./support";
import { decideWebIdentity } from "../../../modules/trust";
import { Cluster, during } from "./support";

const known = {
  "data.aws_partition.current.partition": "aws-us-gov",
  "data.aws_caller_identity.current.account_id": "111122223333",
};

test("accounts, roles and users are trusted for sts:AssumeRole, the role itself by its ARN", () => {
  const terraform = synthRole({
    path: "/ci/",
    additionalTrustedPrincipals: [
      "self",
      "444455556666",
      "arn:aws-us-gov:iam::444455556666:role/deploy",
    ],
  });
  const [, others, itself, ...more] = policyJson(terraform, "app", known).Statement;
  expect(others).toEqual({
    Effect: "Allow",
    Action: "sts:AssumeRole",
    Principal: {
      AWS: [
        "arn:aws-us-gov:iam::444455556666:root",
        "arn:aws-us-gov:iam::444455556666:role/deploy",
      ],
    },
  });
  expect(itself).toEqual({
    Effect: "Allow",
    Action: "sts:AssumeRole",
    Principal: { AWS: "arn:aws-us-gov:iam::111122223333:root" },
    Condition: {
      ArnEquals: { "aws:PrincipalArn": "arn:aws-us-gov:iam::111122223333:role/ci/app" },
    },
  });
  expect(more).toEqual([]);
});

test("a role without them asks Terraform for no account", () => {
  expect(Object.keys(synthRole({}).data ?? {})).toEqual(["aws_iam_policy_document"]);
});

test("they open the role to no other token", async () => {
  const cluster = new Cluster("a.example");
  const terraform = synthRole({
    issuers: [
      {
        issuerHostpath: "a.example",
        providerArn: "arn:aws:iam::111122223333:oidc-provider/a.example",
      },
    ],
    serviceAccounts: ["shop/app"],
    additionalTrustedPrincipals: ["self", "444455556666"],
  });
  const trustPolicy = policyJson(terraform, "app", known);
  const decide = async (serviceAccount: string) =>
    decideWebIdentity({
      token: await cluster.token(serviceAccount),
      provider: cluster.provider(),
      documents: cluster.documents,
      trustPolicy,
      now: during,
    });
  expect((await decide("shop/app")).isAllowed).toBe(true);
  expect((await decide("shop/web")).isAllowed).toBe(false);
});
