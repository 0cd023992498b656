import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App, type TerraformStack } from "cdktf";

/** An output directory of its own, and the app that writes there. */
export function appInTemporaryDirectory(): App {
  return new App({ outdir: mkdtempSync(join(tmpdir(), "irsa-synth-")) });
}

/**
 * Synthesizes stacks with everything that goes beside them.
 *
 * @returns the output directory, laid out as `cdktf.out`
 */
export function synthesize(addStacks: (app: App) => void): string {
  const app = appInTemporaryDirectory();
  addStacks(app);
  app.synth();
  return app.outdir;
}

/** What `cdktf synth --hcl` writes for a stack. */
export function hclOf(stack: TerraformStack): string {
  stack.prepareStack();
  return (stack.toHclTerraform() as { hcl: string }).hcl;
}
