import { Option } from "commander";
import { stackForms } from "../input/choices";
import { config, force, oneOf, stacks } from "../input/shared-options";
import type { SynthOptions } from "../actions/synth";
import type { Definition } from "./command";

export const synthCommand: Definition<SynthOptions> = {
  name: "synth",
  summary: "write the stacks as Terraform",
  description:
    "write the stacks of the configuration as Terraform, a directory each; or as modules to be called by Terraform of your own",
  arguments: [stacks()],
  options: [
    config(),
    oneOf(
      "--as <form>",
      "stack: with provider and backend, ready to be applied; module: HCL with neither, with variables and a README (default: stack)",
      stackForms,
    ),
    new Option(
      "--out <directory>",
      "where to write (default: cdktf.out; of modules: irsa-modules)",
    ),
    force(),
    new Option("--hcl", "write HCL in place of JSON"),
    new Option("--json", "report what was written as JSON"),
  ],
  help: `Examples:
  irsa synth prod
  terraform -chdir=cdktf.out/stacks/prod init
  terraform -chdir=cdktf.out/stacks/prod apply
  irsa synth --as module prod`,
  load: async () => (await import("../actions/synth.ts")).synth,
};
