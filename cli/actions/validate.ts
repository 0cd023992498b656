import { ConfigError } from "../../config/config-error";
import { stackNames } from "../../stacks/add-stacks";
import { type ConfigOptions, readConfiguration } from "../input/configuration";
import type { Action } from "../io/host";
import { doTask } from "../portions/tasks";

/** Options of the command. */
export interface ValidateOptions extends ConfigOptions {
  readonly json?: boolean;
}

export const validate: Action<ValidateOptions> = async (options, host) => {
  try {
    const read = await readConfiguration(options, host);
    const { warnings } = await doTask(host, read, { does: "collect warnings" });
    const stacks = stackNames(read);
    if (options.json === true) {
      await host.print(`${JSON.stringify({ valid: true, stacks, warnings, problems: [] })}\n`);
      return;
    }
    for (const warning of warnings) await host.note(`warning: ${warning}`);
    await host.print(`Valid: ${stacks.join(", ")}\n`);
  } catch (error) {
    if (options.json === true && error instanceof ConfigError) {
      const { problems } = error;
      await host.print(`${JSON.stringify({ valid: false, stacks: [], warnings: [], problems })}\n`);
    }
    throw error;
  }
};
