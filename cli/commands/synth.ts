import { Option } from "commander";
import { config, outDirectory, stacks } from "../input/shared-options";
import type { SynthOptions } from "../actions/synth";
import type { Definition } from "./command";

export const synthCommand: Definition<SynthOptions> = {
  name: "synth",
  summary: "write the stacks as Terraform",
  description: "write the stacks of the configuration as Terraform, a directory each",
  arguments: [stacks()],
  options: [
    config(),
    outDirectory("where to write"),
    new Option("--hcl", "write HCL in place of JSON"),
    new Option("--json", "report what was written as JSON"),
  ],
  help: `Example:
  irsa synth prod
  cd cdktf.out/stacks/prod && terraform init && terraform apply`,
  load: async () => (await import("../actions/synth.ts")).synth,
};
