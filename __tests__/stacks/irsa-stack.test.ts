import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "@cdktf/hcl2json";
import { IrsaStack } from "../../stacks/irsa-stack";
import { contents, expectStacks } from "../support/golden";
import { appInTemporaryDirectory, hclOf, synthesize } from "../support/synthesize";
import type { TerraformConfiguration } from "../support/terraform-json";

const outdir = synthesize((app) => new IrsaStack(app, "irsa"));
const text = readFileSync(join(outdir, "stacks/irsa/cdk.tf.json"), "utf8");
const configuration = JSON.parse(text) as TerraformConfiguration;

describe("the default stack", () => {
  test("is, with everything beside it, what the golden directory contains", () => {
    expectStacks(outdir, join(__dirname, "../golden/irsa"));
  });

  test("comes out the same twice", () => {
    expect(contents(synthesize((app) => new IrsaStack(app, "irsa")))).toEqual(contents(outdir));
  });

  test.each(["TfToken[", "undefined", "$${", process.cwd(), "/node_modules/"])(
    "has no %p in it",
    (trace) => {
      expect(text).not.toContain(trace);
    },
  );

  test("has the outputs that users build on, each described", () => {
    expect(Object.keys(configuration.output ?? {}).sort()).toEqual([
      "issuer_hostpath",
      "issuer_url",
      "jwks_uri",
      "key_ids",
      "oidc_provider_arn",
      "secret_arn",
      "signing_key",
      "talos_machine_config_patch",
      "trusted_issuers",
    ]);
    for (const { description } of Object.values(configuration.output ?? {})) {
      expect(description).toMatch(/^[A-Z].*\.$/);
    }
  });

  test("asks for ranges of providers under their full addresses, and keeps its state outside", () => {
    expect(configuration.terraform).toEqual({
      backend: { local: { path: "../../../terraform.irsa.tfstate" } },
      required_providers: {
        aws: { source: "hashicorp/aws", version: ">= 5.100.0, < 7.0.0" },
        external: { source: "hashicorp/external", version: ">= 2.3" },
        tls: { source: "hashicorp/tls", version: ">= 4.0" },
      },
      required_version: ">= 1.5.0",
    });
  });

  test("feeds no private key to a program", () => {
    expect(JSON.stringify(configuration.data)).not.toContain("private_key_pem");
  });
});

describe("as HCL", () => {
  test("it parses and means the same", async () => {
    const hcl = hclOf(new IrsaStack(appInTemporaryDirectory(), "irsa"));
    const parsed = (await parse("cdk.tf", hcl)) as TerraformConfiguration;
    const { provider: _ours, ...expected } = withoutMetadata(configuration);
    const { provider: _theirs, ...actual } = parsed;
    expect(normalized(actual)).toEqual(normalized(expected));
  });
});

function withoutMetadata(value: TerraformConfiguration): TerraformConfiguration {
  return JSON.parse(JSON.stringify(value), (key, each: unknown) =>
    key === "//" ? undefined : each,
  ) as TerraformConfiguration;
}

/** White space, quoted keys, trailing commas, outer parentheses and lists of one block mean nothing. */
function normalized(value: unknown): unknown {
  if (Array.isArray(value)) {
    const [only, ...more] = value.map(normalized);
    return typeof only === "object" && only !== null && more.length === 0 ? only : [only, ...more];
  }
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, normalized(each)]));
  }
  if (typeof value !== "string") return value;
  return value
    .replace(/^\$\{(.*)\}$/s, "$1")
    .replace(/\s+/g, "")
    .replace(/"([\w-]+)"=/g, "$1=")
    .replace(/([}\])\w"])(?=\w+=)/g, "$1")
    .replace(/,/g, "")
    .replace(/^\((.*)\)$/s, "$1");
}
