import { readFileSync } from "node:fs";
import { parse } from "@cdktf/hcl2json";
import { moduleCases, type Validation } from "../fixtures/module-variables";

describe.each(Object.entries(moduleCases))("the module %s", (module, { variables }) => {
  test("has the patterns and the words of the rule book", async () => {
    const expected = Object.entries(variables).map(
      ([name, { validations }]) => [name, validations(name)] as const,
    );
    expect(await validationsOf(module)).toEqual(Object.fromEntries(expected));
  });

  test.each(Object.entries(variables))(
    "the rule book judges the values of %s as they are sorted",
    (_name, { accepted, refused, violations }) => {
      expect(accepted.filter((value) => violations(value).length > 0)).toEqual([]);
      expect(refused.filter((value) => violations(value).length === 0)).toEqual([]);
    },
  );
});

type Variables = Record<string, { validation?: { condition: string; error_message: string }[] }[]>;

async function validationsOf(module: string): Promise<Record<string, Validation[]>> {
  const path = `terraform/${module}/variables.tf`;
  const { variable } = (await parse(path, readFileSync(path, "utf8"))) as { variable: Variables };
  return Object.fromEntries(
    Object.entries(variable).map(([name, [body]]) => [
      name,
      (body?.validation ?? []).map(({ condition, error_message: message }) => ({
        message: message.replaceAll(/([$%])\1\{/g, "$1{"),
        patterns: patternsOf(condition),
      })),
    ]),
  );
}

function patternsOf(condition: string): string[] {
  const calls = condition.matchAll(/(!?)can\(regex\(\s*("(?:[^"\\]|\\.)*")/g);
  return [...calls].map(([, not = "", literal = ""]) => not + (JSON.parse(literal) as string));
}
