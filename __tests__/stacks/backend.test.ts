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
  ["another is configured in part", { type: "http" }, { http: {} }],
])("%s", (_title, backend, expected) => {
  expect(terraform(backend)).toHaveProperty("backend", expected);
});

test("a lock file in S3 needs Terraform 1.10", () => {
  expect(terraform()).toHaveProperty("required_version", ">= 1.5.0");
  expect(terraform({ type: "s3" })).toHaveProperty("required_version", ">= 1.10.0");
});

test("an empty backend is written as a block", () => {
  const stack = new IrsaStack(appInTemporaryDirectory(), "irsa", { backend: { type: "http" } });
  expect(hclOf(stack)).toContain('backend "http" {}');
});
