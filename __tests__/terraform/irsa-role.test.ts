import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "@cdktf/hcl2json";
import { everyServiceAccountRule } from "../../modules/validation";

const directory = join(__dirname, "../../terraform/irsa-role");
const read = (file: string): string => readFileSync(join(directory, file), "utf8");

interface Configuration {
  readonly terraform: readonly {
    readonly required_version: string;
    readonly required_providers: readonly Readonly<Record<string, { version: string }>>[];
  }[];
  readonly variable: Readonly<Record<string, readonly Variable[]>>;
  readonly output: Readonly<Record<string, readonly { description: string }[]>>;
  readonly resource: { readonly aws_iam_role: { readonly this: readonly Role[] } };
}

interface Variable {
  readonly description: string;
  readonly type: string;
  readonly default?: unknown;
}

interface Role {
  readonly lifecycle: readonly {
    readonly precondition: readonly { condition: string; error_message: string }[];
  }[];
}

const parsed = async (file: string) => (await parse(file, read(file))) as Configuration;

/** The rows of a table of the README. */
function rows(heading: string): string[][] {
  const section = read("README.md").split(`\n## ${heading}\n`)[1]?.split("\n## ")[0] ?? "";
  const lines = section.split("\n").filter((line) => line.startsWith("|"));
  const cells = (line: string) => line.split("|").slice(1, -1);
  return lines.slice(2).map((line) => cells(line).map((cell) => cell.trim()));
}

/** A type on one line. */
function typeOf(expression: string): string {
  return expression
    .slice(2, -1)
    .replaceAll(/\{\n\s*/g, "{ ")
    .replaceAll(/\n\s*\}/g, " }")
    .replaceAll(/\n\s*/g, ", ")
    .replaceAll(/ +/g, " ");
}

describe("the README of the module irsa-role", () => {
  test("names every input as variables.tf has it", async () => {
    const { variable } = await parsed("variables.tf");
    const expected = Object.entries(variable).flatMap(([name, bodies]) =>
      bodies.map(({ description, type, default: value }) => [
        `\`${name}\``,
        description,
        `\`${typeOf(type)}\``,
        value === undefined ? "required" : `\`${JSON.stringify(value)}\``,
      ]),
    );
    expect(rows("Inputs").sort()).toEqual(expected.sort());
  });

  test("names every output as outputs.tf has it", async () => {
    const { output } = await parsed("outputs.tf");
    const expected = Object.entries(output).flatMap(([name, bodies]) =>
      bodies.map(({ description }) => [`\`${name}\``, description]),
    );
    expect(rows("Outputs").sort()).toEqual(expected.sort());
  });

  test("names the versions that versions.tf requires", async () => {
    const { terraform } = await parsed("versions.tf");
    const versions = terraform.flatMap(({ required_version, required_providers }) => [
      ["terraform", `\`${required_version}\``],
      ...required_providers.flatMap((providers) =>
        Object.entries(providers).map(([name, { version }]) => [name, `\`${version}\``]),
      ),
    ]);
    expect(rows("Requirements")).toEqual(versions);
  });
});

test("the role refuses what the rule book takes for every ServiceAccount", async () => {
  const { pattern, must } = everyServiceAccountRule;
  const { resource } = await parsed("main.tf");
  const [first] = resource.aws_iam_role.this[0]?.lifecycle[0]?.precondition ?? [];
  expect(first).toEqual({
    condition: `\${var.any_service_account || alltrue([for entry in var.service_accounts : !can(regex(${JSON.stringify(pattern)}, entry))])}`,
    error_message: `Each entry of service_accounts must ${must.replace("{anyServiceAccount}", "any_service_account")}.`,
  });
});
