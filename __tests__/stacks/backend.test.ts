import { formatPath } from "../../modules/validation";
import { backendViolations, findSharedStates } from "../../stacks/backend";
import { backendTypes } from "../../stacks/backend-types";
import { IrsaStack, type IrsaStackProps } from "../../stacks/irsa-stack";
import { appInTemporaryDirectory, hclOf } from "../support/synthesize";

function terraform(backend?: IrsaStackProps["backend"]) {
  const stack = new IrsaStack(appInTemporaryDirectory(), "irsa", { backend });
  return (stack.toTerraform() as { terraform: Record<string, unknown> }).terraform;
}

test.each([
  [
    "the default is a local state outside cdktf.out",
    undefined,
    { local: { path: "../../../terraform.irsa.tfstate" } },
  ],
  [
    "a local path may be given",
    { type: "local", config: { path: "state" } },
    { local: { path: "state" } },
  ],
  [
    "s3 has a key of the stack's own and locks with a lock file",
    { type: "s3" },
    { s3: { key: "self-hosted-irsa/irsa.tfstate", use_lockfile: true } },
  ],
  [
    "s3 with its arguments",
    {
      type: "s3",
      config: { bucket: "acme-state", key: "irsa", region: "eu-central-1", use_lockfile: false },
    },
    { s3: { bucket: "acme-state", key: "irsa", region: "eu-central-1", use_lockfile: false } },
  ],
  ["gcs has a prefix", { type: "gcs" }, { gcs: { prefix: "self-hosted-irsa/irsa" } }],
  ["azurerm has a key", { type: "azurerm" }, { azurerm: { key: "self-hosted-irsa/irsa.tfstate" } }],
  ["pg has a schema", { type: "pg" }, { pg: { schema_name: "irsa_irsa" } }],
  ["oss has a prefix", { type: "oss" }, { oss: { prefix: "self-hosted-irsa/irsa" } }],
  ["cos has a prefix", { type: "cos" }, { cos: { prefix: "self-hosted-irsa/irsa" } }],
  ["consul has a path", { type: "consul" }, { consul: { path: "self-hosted-irsa/irsa" } }],
  [
    "kubernetes has a suffix",
    { type: "kubernetes" },
    { kubernetes: { secret_suffix: "irsa-irsa" } },
  ],
  [
    "remote has a workspace",
    { type: "remote", config: { organization: "acme" } },
    { remote: { organization: "acme", workspaces: { name: "self-hosted-irsa-irsa" } } },
  ],
  [
    "http has the address that it is given",
    { type: "http", config: { address: "https://state.acme.example/irsa" } },
    { http: { address: "https://state.acme.example/irsa" } },
  ],
  [
    "s3 assumes a role in the nested form",
    {
      type: "s3",
      config: { assume_role: { role_arn: "arn:aws:iam::111122223333:role/state", duration: "1h" } },
    },
    {
      s3: {
        assume_role: { role_arn: "arn:aws:iam::111122223333:role/state", duration: "1h" },
        key: "self-hosted-irsa/irsa.tfstate",
        use_lockfile: true,
      },
    },
  ],
])("%s", (_title, backend, expected) => {
  expect(terraform(backend)).toHaveProperty("backend", expected);
});

test("a lock file in S3 needs Terraform 1.10", () => {
  expect(terraform()).toHaveProperty("required_version", ">= 1.5.0");
  expect(terraform({ type: "s3" })).toHaveProperty("required_version", ">= 1.10.0");
});

test("a backend is written as a block", () => {
  const stack = new IrsaStack(appInTemporaryDirectory(), "irsa", { backend: { type: "gcs" } });
  expect(hclOf(stack)).toMatch(/backend "gcs" [{]\n +prefix = "self-hosted-irsa\/irsa"\n/);
});

describe("a backend is refused", () => {
  test.each<[string, Parameters<typeof backendViolations>[0], string, RegExp]>([
    ["that no Terraform has", { type: "s4" }, "type", /must be one of azurerm, consul/],
    ["that Terraform has removed", { type: "etcd" }, "type", /must be one of/],
    ["named as a property of every object", { type: "constructor" }, "type", /must be one of/],
    ["that is a block of its own", { type: "cloud" }, "type", /use "remote" with organization/],
    ["without an address of its own", { type: "http" }, "config.address", /is missing/],
    [
      "with arguments that Terraform no longer takes",
      { type: "s3", config: { role_arn: "arn:aws:iam::111122223333:role/state" } },
      "config.role_arn",
      /must be written as assume_role: [{] role_arn: … [}]/,
    ],
    [
      "with an expression, however deep",
      { type: "s3", config: { assume_role: { role_arn: "${var.role}" } } },
      "config.assume_role.role_arn",
      /must contain neither [$][{] nor %[{]/,
    ],
    ["with null", { type: "gcs", config: { bucket: null } }, "config.bucket", /must be a string/],
  ])("%s", (_title, backend, path, rule) => {
    const violations = backendViolations(backend);
    expect(violations.map((violation) => formatPath(violation.path))).toEqual([path]);
    expect(violations[0]?.rule).toMatch(rule);
  });
});

describe("two stacks", () => {
  test.each(Object.keys(backendTypes).filter((type) => type !== "http"))(
    "have a state each with %s",
    (type) => {
      const backend = { type, config: { bucket: "state" } };
      const states = ["prod-eu", "prod-us", "prod-1"].map((stack) => ({ stack, backend }));
      expect(findSharedStates(states)).toEqual([]);
    },
  );

  test.each([
    { type: "gcs", config: { bucket: "state", prefix: "irsa" } },
    { type: "http", config: { address: "https://state.acme.example/irsa" } },
    { type: "kubernetes", config: { secret_suffix: "irsa" } },
    { type: "remote", config: { organization: "acme", workspaces: { name: "irsa" } } },
  ])("are found to share an address that is given: $type", (backend) => {
    const states = ["blue", "green"].map((stack) => ({ stack, backend }));
    expect(findSharedStates(states)).toEqual([{ stack: "green", sharesWith: "blue" }]);
  });

  test("share no state in two buckets", () => {
    const states = ["blue", "green"].map((stack) => ({
      stack,
      backend: { type: "s3", config: { bucket: `state-${stack}`, key: "irsa" } },
    }));
    expect(findSharedStates(states)).toEqual([]);
  });
});
