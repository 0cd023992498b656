import { readFileSync } from "node:fs";
import { type App, TerraformStack } from "cdktf";
import { FileAsset } from "../modules/issuer";

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
 * The files that `app.synth` would write in a stack's directory, had it no references to other stacks: those of
 * this project have none.
 *
 * @returns the files' texts by their paths in the directory
 */
export function filesOfStack(stack: TerraformStack): Map<string, string> {
  return new Map([...assetsOf(stack), ["cdk.tf.json", formatJson(stack.toTerraform())]]);
}

/** {@link filesOfStack} as HCL. */
export function hclFilesOfStack(stack: TerraformStack): Map<string, string> {
  const { hcl } = stack.toHclTerraform() as { hcl: string };
  return new Map([...assetsOf(stack), ["cdk.tf", hcl]]);
}

/** The files beside a stack's Terraform: their texts by their paths. */
export function assetsOf(stack: TerraformStack): Map<string, string> {
  const assets = stack.node.findAll().filter((each) => each instanceof FileAsset);
  return new Map(assets.map(({ path, source }) => [path, readFileSync(source, "utf8")]));
}

/** The list of stacks that `app.synth` writes for the CDKTF command line, which prints what they warn of. */
export function manifestOf(app: App): string {
  for (const stack of stacksOf(app)) {
    const annotations = stack.node.findAll().flatMap(({ node }) =>
      node.metadata
        .filter(({ type }) => type.startsWith("@cdktf/"))
        .map(({ type, data, trace }) => ({
          constructPath: node.path,
          level: type,
          message: data as string,
          stacktrace: trace,
        })),
    );
    Object.assign(app.manifest.forStack(stack), { annotations });
  }
  return formatJson(app.manifest.buildManifest());
}

/** The stacks of an app. */
export function stacksOf(app: App): TerraformStack[] {
  return app.node.children.filter((child) => TerraformStack.isStack(child));
}

/** As CDKTF formats it: names are sorted, and empty lists and objects take two lines. */
function formatJson(value: unknown, indent = "\n"): string {
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const inner = `${indent}  `;
  if (Array.isArray(value)) {
    const items = value.map((each) => `${inner}${formatJson(each, inner)}`);
    return `[${items.join()}${indent}]`;
  }
  const members = Object.entries(value)
    .filter(([, each]) => each !== undefined)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, each]) => `${inner}${JSON.stringify(name)}: ${formatJson(each, inner)}`);
  return `{${members.join()}${indent}}`;
}
