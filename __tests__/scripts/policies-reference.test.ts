import { readFileSync } from "node:fs";
import { join } from "node:path";
import { policyCatalogue } from "../../modules/roles";
import { policiesReference } from "../../scripts/policies-reference";

test("the committed reference of policies is what `npm run reference:policies` writes", () => {
  const committed = readFileSync(join(__dirname, "../../docs/reference/policies.md"), "utf8");
  expect(committed).toBe(policiesReference());
});

test("every option of every policy is in it", () => {
  const reference = policiesReference();
  for (const { definition } of policyCatalogue.values()) {
    const [, section = ""] = reference.split(`\n## ${definition.name}\n`);
    for (const option of Object.keys(definition.options)) {
      expect(section.split("\n## ")[0]).toContain(`| \`${option}\` |`);
    }
  }
});
