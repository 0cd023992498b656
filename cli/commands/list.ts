import { Option } from "commander";
import { config, outDirectory } from "../input/shared-options";
import type { ListOptions } from "../actions/list";
import type { Definition } from "./command";

export const listCommand: Definition<ListOptions> = {
  name: "list",
  summary: "the stacks of the configuration",
  description: "list the stacks of the configuration, one name a line",
  options: [
    config(),
    outDirectory("where the stacks are written, for their directories in JSON"),
    new Option("--json", "write name, directory, region, partition and account of each as JSON"),
  ],
  help: `Example, a matrix of GitHub Actions:
  echo "stacks=$(irsa list --json)" >> "$GITHUB_OUTPUT"`,
  load: async () => (await import("../actions/list.ts")).list,
};
