import { readFileSync } from "node:fs";
import { join } from "node:path";
import { IrsaStack } from "../../stacks/irsa-stack";
import { deliberateDifferences, talosModule } from "../fixtures/talos-module";
import { synthesize } from "../support/synthesize";
import { byAddress, type Element, type TerraformConfiguration } from "../support/terraform-json";

const samples: Readonly<Record<string, string>> = {
  "var.bucket_name": "acme-oidc",
  "data.aws_region.current.id": "eu-central-1",
  "data.aws_partition.current.dns_suffix": "amazonaws.com",
};

const outdir = synthesize((app) => new IrsaStack(app, "irsa"));
const configuration = JSON.parse(
  readFileSync(join(outdir, "stacks/irsa/cdk.tf.json"), "utf8"),
) as TerraformConfiguration;

describe("the default stack against the module of the Talos documentation", () => {
  const ours = byAddress(evaluate(configuration) as TerraformConfiguration);
  const differences = [...new Set([...Object.keys(talosModule), ...Object.keys(ours)])].flatMap(
    (address) => compare(address, talosModule[address], ours[address]),
  );

  test("every block and argument is the same except for the deliberate differences", () => {
    expect([...new Set(differences)].sort()).toEqual([...deliberateDifferences].sort());
  });

  test("the guide names each deliberate difference", () => {
    const guide = readFileSync(
      join(__dirname, "../../docs/guides/coming-from-the-talos-module.md"),
      "utf8",
    );
    for (const difference of deliberateDifferences) {
      expect(guide).toContain(`\`${difference}\``);
    }
  });
});

/** Locals and sample values put in, and `jsonencode` and `md5` carried out on what is known then. */
function evaluate(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(evaluate);
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, evaluate(each)]));
  }
  return typeof value === "string" ? evaluateString(value) : value;
}

function evaluateString(text: string): string {
  const known = text.replace(/\$\{([\w.]+)\}/g, (whole, name: string) => lookUp(name) ?? whole);
  const document = /^\$\{(md5\()?jsonencode\((\{.*\})\)+\}$/s.exec(expandLocals(known));
  if (document?.[2] === undefined) return known;
  const json = document[2]
    .replace(/" = /g, '": ')
    .replace(/\b(local\.\w+)/g, (name) => JSON.stringify(lookUp(name)));
  const canonical = JSON.stringify(JSON.parse(json));
  return document[1] === undefined ? canonical : `md5 of ${canonical}`;
}

function expandLocals(text: string): string {
  return text.replace(/local\.openid_configuration/, () =>
    (configuration.locals?.openid_configuration ?? "").replace(/^\$\{(.*)\}$/s, "$1"),
  );
}

function lookUp(name: string): string | undefined {
  const local = /^local\.(\w+)$/.exec(name)?.[1];
  if (local === undefined) return samples[name];
  const value = configuration.locals?.[local];
  return value === undefined ? undefined : evaluateString(value);
}

function compare(
  address: string,
  theirs: Element | undefined,
  ours: Element | undefined,
): string[] {
  if (theirs === undefined || ours === undefined) return [address];
  return [...new Set([...Object.keys(theirs), ...Object.keys(ours)])]
    .filter(
      (argument) =>
        JSON.stringify(sorted(theirs[argument])) !== JSON.stringify(sorted(ours[argument])),
    )
    .map((argument) => `${address.replace(/^var\..*/, "var.*")}.${argument}`);
}

function sorted(value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => a.localeCompare(b)));
}
