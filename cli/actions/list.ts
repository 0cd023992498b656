import { join } from "node:path";
import { partitionOf } from "../../modules/validation";
import { stackNames } from "../../stacks/add-stacks";
import { type ConfigOptions, readConfiguration } from "../input/configuration";
import type { Action } from "../io/host";

/** Options of the command. */
export interface ListOptions extends ConfigOptions {
  readonly out?: string;
  readonly json?: boolean;
}

export const list: Action<ListOptions> = async (options, host) => {
  const { out = "cdktf.out", json = false } = options;
  const read = await readConfiguration(options, host);
  if (!json) {
    await host.print(
      stackNames(read)
        .map((name) => `${name}\n`)
        .join(""),
    );
    return;
  }
  const clusters = new Map(read.clusters?.map((cluster) => [cluster.name, cluster]));
  const stacks = stackNames(read).map((name) => {
    const { region, accountId } = clusters.get(name) ?? {};
    const partition = region && partitionOf(region);
    return { name, directory: join(out, "stacks", name), region, partition, accountId };
  });
  await host.print(`${JSON.stringify(stacks)}\n`);
};
