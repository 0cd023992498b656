import { config } from "../input/shared-options";
import { Option } from "commander";
import type { ValidateOptions } from "../actions/validate";
import type { Definition } from "./command";

export const validateCommand: Definition<ValidateOptions> = {
  name: "validate",
  summary: "check the configuration, without writing anything",
  description: "check the configuration, and report every mistake with its file and line",
  options: [config(), new Option("--json", "write the mistakes and warnings as JSON")],
  help: `Example:
  irsa validate --config clusters/irsa.yaml`,
  load: async () => (await import("../actions/validate.ts")).validate,
};
