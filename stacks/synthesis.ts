import { type App, TerraformStack } from "cdktf";

/**
 * Runs what makes or resolves tokens without the stack trace that CDKTF takes for each of them: nobody sees
 * these, and they take much of the time. Errors keep their own stack traces.
 *
 * @param call does its work at once, not later
 */
export function withoutTokenTraces<Result>(call: () => Result): Result {
  const original = Object.getOwnPropertyDescriptor(Error, "captureStackTrace");
  Error.captureStackTrace = () => undefined;
  try {
    return call();
  } finally {
    if (original !== undefined) Object.defineProperty(Error, "captureStackTrace", original);
  }
}

/**
 * What `app.synth` writes for each stack, without the pass before it that looks for references between
 * stacks: those of this project have none.
 */
export function writeStacks(app: App): void {
  const { outdir, manifest } = app;
  for (const stack of app.node.children) {
    if (!TerraformStack.isStack(stack)) continue;
    stack.synthesizer.synthesize({ outdir, manifest, skipValidation: true });
  }
}
