import { adoptTrust } from "../../../modules/adoption/trust-policy";
import { isSamePolicy } from "../../../modules/adoption/same-policy";
import { accountId, podRole } from "../../fixtures/origins";
import type { Setup } from "../../../modules/adoption";

const hostpath = "oidc.acme.example/prod";
const issuerUrl = `https://${hostpath}`;
const providerArn = `arn:aws:iam::${accountId}:oidc-provider/${hostpath}`;
const setup: Setup = {
  ...{ issuerUrl, accountId, partition: "aws" },
  ...{ published: {}, provider: undefined, bucket: undefined, roles: [], unread: [] },
};

const sub = (...names: readonly string[]) => ({
  [`${hostpath}:sub`]: names.map((name) => `system:serviceaccount:${name}`),
});
const aud = (...values: readonly string[]) => ({ [`${hostpath}:aud`]: values });
const token = (Condition: object, changes: object = {}) => ({
  Effect: "Allow",
  Principal: { Federated: providerArn },
  Action: "sts:AssumeRoleWithWebIdentity",
  Condition,
  ...changes,
});
const byRole = (AWS: unknown, changes: object = {}) => ({
  Effect: "Allow",
  Principal: { AWS },
  Action: "sts:AssumeRole",
  ...changes,
});
const app = token({ StringEquals: sub("shop:app") });
const own = `arn:aws:iam::${accountId}:role/app`;
const root = `arn:aws:iam::${accountId}:root`;

const adopt = (...Statement: readonly object[]) =>
  adoptTrust(
    podRole("app", issuerUrl, "x:y", { trustPolicy: { Version: "2012-10-17", Statement } }),
    setup,
    providerArn,
  );

test.each<[string, readonly object[], object]>([
  ["a ServiceAccount", [app], { serviceAccounts: ["shop/app"], audiences: undefined }],
  [
    "audiences, in whatever order",
    [token({ StringEquals: { ...sub("shop:app"), ...aud("b", "a") } })],
    { audiences: ["a", "b"] },
  ],
  [
    "an audience under StringLike without a wildcard",
    [token({ StringEquals: sub("shop:app"), StringLike: aud("a") })],
    { audiences: ["a"] },
  ],
  [
    "wildcards and exact names in statements of their own",
    [app, token({ StringLike: sub("shop:*") }, { Sid: "Wild" })],
    { serviceAccounts: ["shop/app", "shop/*"] },
  ],
  [
    "a wildcard under StringEquals, which matches nobody",
    [token({ StringEquals: sub("shop:app", "shop:*") })],
    { serviceAccounts: ["shop/app"] },
  ],
  [
    "a condition key in another case",
    [token({ StringEquals: { [`OIDC.acme.example/prod:sub`]: "system:serviceaccount:a:b" } })],
    { serviceAccounts: ["a/b"] },
  ],
  [
    "roles, users and accounts",
    [app, byRole([`arn:aws:iam::${accountId}:role/ci`, root, "444455556666"])],
    {
      additionalTrustedPrincipals: [`arn:aws:iam::${accountId}:role/ci`, accountId, "444455556666"],
    },
  ],
  ["the role itself", [app, byRole(own)], { additionalTrustedPrincipals: ["self"] }],
  [
    "the role itself, by its account and a condition",
    [app, byRole(root, { Condition: { ArnEquals: { "aws:PrincipalArn": own } } })],
    { additionalTrustedPrincipals: ["self"] },
  ],
])("%s", (_, statements, expected) => {
  expect(adopt(...statements)).toMatchObject(expected);
});

test.each<[string, readonly object[], string]>([
  ["no subject", [token({ StringEquals: aud("a") })], "no condition on sub"],
  ["no condition at all", [token({})], "no condition on sub"],
  [
    "a subject that is no ServiceAccount's",
    [token({ StringLike: { [`${hostpath}:sub`]: "system:serviceaccount:*" } })],
    "is not one ServiceAccount's",
  ],
  [
    "two conditions on the subject",
    [token({ StringEquals: sub("shop:app"), StringLike: sub("shop:*") })],
    "two conditions on sub",
  ],
  [
    "another operator",
    [token({ StringEquals: sub("a:b"), "ForAnyValue:StringEquals": aud("a") })],
    "ForAnyValue:StringEquals",
  ],
  [
    "another key",
    [token({ StringEquals: { ...sub("a:b"), "aws:SourceVpc": "vpc-1" } })],
    "aws:SourceVpc",
  ],
  [
    "the host without the path",
    [token({ StringEquals: { "oidc.acme.example:sub": "system:serviceaccount:a:b" } })],
    "oidc.acme.example:sub",
  ],
  [
    "an audience with a wildcard",
    [token({ StringEquals: sub("a:b"), StringLike: aud("*") })],
    "StringLike",
  ],
  [
    "another provider",
    [app, token({}, { Principal: { Federated: "cognito-identity.amazonaws.com" } })],
    "trusts cognito-identity.amazonaws.com, too",
  ],
  [
    "two providers at once",
    [token({}, { Principal: { Federated: [providerArn, "arn:other"] } })],
    "trusts arn:other, too",
  ],
  [
    "a service",
    [app, byRole("x", { Principal: { Service: "ec2.amazonaws.com" } })],
    "ec2.amazonaws.com",
  ],
  ["everyone", [app, byRole("x", { Principal: "*" })], "another kind"],
  ["a denial", [app, { ...app, Effect: "Deny" }], "denies"],
  [
    "another action",
    [token({ StringEquals: sub("a:b") }, { Action: ["sts:TagSession"] })],
    "sts:tagsession",
  ],
  ["what it does not name", [{ ...app, NotAction: "x" }], "NotAction"],
  [
    "a principal under a condition",
    [app, byRole(root, { Condition: { Bool: { "aws:MultiFactorAuthPresent": "true" } } })],
    "under a condition",
  ],
  [
    "audiences that differ by statement",
    [app, token({ StringEquals: { ...sub("a:b"), ...aud("a") } })],
    "other audiences",
  ],
  ["no statement of the issuer", [byRole(root)], "trusts no token of the issuer"],
])("%s cannot be said", (_, statements, reason) => {
  expect(() => adopt(...statements)).toThrow(reason);
});

describe("policies", () => {
  const policy = (changes: object) => ({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Action: ["s3:GetObject"], Resource: ["a", "b"], ...changes }],
  });

  it.each([
    ["the case of actions", { Action: "S3:getobject" }],
    ["the order of resources", { Resource: ["b", "a"] }],
    ["an empty Sid", { Sid: "" }],
  ])("differ not by %s", (_, changes) => {
    expect(isSamePolicy(policy({}), policy(changes))).toBe(true);
  });

  it.each([
    ["Effect", { Effect: "Deny" }],
    ["Sid", { Sid: "A" }],
    ["a resource", { Resource: "a" }],
    ["a condition", { Condition: { Bool: { "aws:SecureTransport": true } } }],
    ["a principal", { Principal: "*" }],
  ])("differ by %s", (_, changes) => {
    expect(isSamePolicy(policy({}), policy(changes))).toBe(false);
  });

  it("have one statement for a list of one, and true for a string", () => {
    const condition = (value: unknown) => policy({ Condition: { Bool: { a: value } } });
    const { Statement } = condition("true");
    expect(isSamePolicy({ Version: "2012-10-17", Statement: Statement[0] }, condition(true))).toBe(
      true,
    );
  });
});
