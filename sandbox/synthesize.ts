import { join } from "node:path";
import { App } from "cdktf";
import type { Construct } from "constructs";
import { temporaryDirectory } from "./directory";

/**
 * Synthesizes one stack to a fresh directory.
 *
 * @param make makes the stack, as `main.ts` does
 * @returns the stack's directory
 */
export function synthesize(make: (app: Construct) => { readonly node: { readonly id: string } }) {
  const app = new App({ outdir: temporaryDirectory("synthesized") });
  const stack = make(app);
  app.synth();
  return join(app.outdir, "stacks", stack.node.id);
}
