import { cpSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { capabilitiesOfRun } from "../../sandbox/capabilities";
import { temporaryDirectory } from "../../sandbox/directory";
import { Terraform } from "../../sandbox/terraform-runner";
import { type ModuleCase, moduleCases } from "../fixtures/module-variables";
import { describeWith } from "./support/describe-with";

describeWith(["terraform"], "the variables of the exported modules", () => {
  test.each(Object.entries(moduleCases))(
    "of %s refuse at plan what the rule book refuses, by their names, and nothing else",
    async (module, { required, variables }) => {
      const directory = temporaryDirectory("variables");
      cpSync(join("terraform", module, "variables.tf"), join(directory, "variables.tf"));
      const runs = runsOf(variables);
      writeFileSync(
        join(directory, "variables.tftest.json"),
        JSON.stringify({ variables: required, run: runs }),
      );
      const terraform = new Terraform({ directory, binary: capabilitiesOfRun()?.binary });
      await terraform.init();
      const { output } = await terraform.run("test", "-no-color");
      expect(output).toContain(`Success! ${Object.keys(runs).length} passed, 0 failed.`);
    },
  );
});

/** One plan a value; Terraform fails a test when another variable than the one named refuses. */
function runsOf(variables: ModuleCase["variables"]): Record<string, object> {
  return Object.fromEntries(
    Object.entries(variables).flatMap(([name, { accepted, refused }]) => {
      const plan = (value: unknown) => ({ command: "plan", variables: { [name]: escaped(value) } });
      return [
        ...accepted.map((value, index) => [`accepts_${name}_${index}`, plan(value)]),
        ...refused.map((value, index) => [
          `refuses_${name}_${index}`,
          { ...plan(value), expect_failures: [`var.${name}`] },
        ]),
      ];
    }),
  ) as Record<string, object>;
}

/** Without what Terraform takes for a template. */
function escaped(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value).replaceAll(/([$%])\{/g, "$1$1{"));
}
