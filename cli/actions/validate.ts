import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App } from "cdktf";
import { ConfigError } from "../../config/config-error";
import type { Config } from "../../config/load";
import { addStacks, stackNames } from "../../stacks/add-stacks";
import { warningsOf } from "../../stacks/warnings";
import { type ConfigOptions, readConfiguration } from "../input/configuration";
import type { Action } from "../io/host";

/** Options of the command. */
export interface ValidateOptions extends ConfigOptions {
  readonly json?: boolean;
}

export const validate: Action<ValidateOptions> = async (options, host) => {
  try {
    const read = await readConfiguration(options, host);
    const warnings = warningsOfStacks(read);
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

/** Makes the stacks and writes none of them. */
function warningsOfStacks(read: Config): string[] {
  const outdir = mkdtempSync(join(tmpdir(), "irsa-validate-"));
  try {
    const app = new App({ outdir });
    addStacks(app, read);
    return warningsOf(app);
  } finally {
    rmSync(outdir, { recursive: true });
  }
}
