import { primaryAccounts, rolesViolations } from "../../../modules/roles";
import { formatPath } from "../../../modules/validation";

const issuers = [
  {
    issuerHostpath: "a.example",
    providerArn: "arn:aws:iam::111122223333:oidc-provider/a.example",
  },
];
const role = (name: string, serviceAccounts: readonly string[], rest: object = {}) => ({
  name,
  serviceAccounts,
  issuers,
  ...rest,
});
const refusals = (...roles: ReturnType<typeof role>[]) =>
  rolesViolations(roles).map(({ path, rule }) => `${formatPath(path)} ${rule}`);

describe("a ServiceAccount with several roles", () => {
  test("is refused while no role is its primary one", () => {
    expect(refusals(role("read", ["shop/app"]), role("write", ["shop/web", "shop/app"]))).toEqual([
      "[1].serviceAccounts[1] must be in {primaryFor} of this role or of the role read: its pods get one of them by annotations and the webhook's map",
    ]);
  });

  test("is fine with one, which is in annotations and the map", () => {
    const read = role("read", ["shop/app", "shop/web"]);
    const write = role("write", ["shop/app"], { primaryFor: ["shop/app"] });
    expect(refusals(read, write)).toEqual([]);
    expect(primaryAccounts(read, [read, write])).toEqual(["shop/web"]);
    expect(primaryAccounts(write, [read, write])).toEqual(["shop/app"]);
  });

  test("has one primary role, not two", () => {
    const primaryFor = ["shop/app"];
    expect(
      refusals(
        role("read", ["shop/app"], { primaryFor }),
        role("write", ["shop/app"], { primaryFor }),
      ),
    ).toEqual(["[1].primaryFor[0] must be an entry that the role read is not primary for"]);
  });

  test("is an entry of the role that is primary for it", () => {
    expect(refusals(role("read", ["shop/app"], { primaryFor: ["shop/web"] }))).toEqual([
      "[0].primaryFor[0] must be an entry of {serviceAccounts}",
    ]);
  });

  test("counts with * for every namespace, which the webhook's map takes, and not with other wildcards", () => {
    expect(refusals(role("a", ["*/app"]), role("b", ["*/app"]))).toHaveLength(1);
    expect(refusals(role("a", ["shop/*"]), role("b", ["shop/*"]))).toEqual([]);
    expect(refusals(role("a", ["*/app"]), role("b", ["shop/app"]))).toEqual([]);
  });
});

describe("names that clash", () => {
  const velero = {
    name: "velero",
    statements: () => [{ actions: ["s3:GetObject"], resources: ["*"] }],
  };

  test.each<[string, ReturnType<typeof role>[], RegExp]>([
    [
      "one name twice",
      [role("a", ["a/a"]), role("a", ["a/b"])],
      /^\[1\]\.name must differ from that of the role a/,
    ],
    [
      "names that differ by case",
      [role("app", ["a/a"]), role("App", ["a/b"])],
      /^\[1\]\.name must differ from that of the role app, also in more than case/,
    ],
    [
      "a name in IAM that is another's",
      [role("a", ["a/a"]), role("b", ["a/b"], { roleName: "A" })],
      /^\[1\]\.roleName must differ/,
    ],
    [
      "a role that is named like another's policy",
      [role("ci", ["a/a"], { policies: [velero] }), role("ci_velero", ["a/b"])],
      /^\[1\]\.name must give other Terraform addresses than the role ci, which has data\.aws_iam_policy_document\.ci_velero/,
    ],
    [
      "names that Terraform writes alike",
      [role("a.b", ["a/a"]), role("a+b", ["a/b"])],
      /^\[1\]\.name must give other Terraform addresses than the role a\.b/,
    ],
    [
      "a name that every object has",
      [role("__proto__", ["a/a"])],
      /^\[0\]\.name must not be the name of a property/,
    ],
  ])("%s is refused", (_title, roles, says) => {
    const found = refusals(...roles);
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(says);
  });

  test("as many ServiceAccounts as no trust policy holds are refused", () => {
    const accounts = Array.from({ length: 600 }, (_, index) => `shop/app-${index}`);
    expect(refusals(role("a", accounts))).toEqual([
      expect.stringMatching(
        /^\[0\]\.serviceAccounts must give a trust policy of at most 2048 characters/,
      ),
    ]);
  });
});
