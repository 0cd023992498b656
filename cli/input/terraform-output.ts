import { UsageError } from "../errors";

/** The outputs of an applied stack or module, by name. */
export type TerraformOutput = Readonly<Record<string, unknown>>;

/**
 * Reads what `terraform output -json` prints.
 *
 * @param source how messages name the text
 * @throws {UsageError} it is something else, such as a single output or the state
 */
export function readTerraformOutput(text: string, source: string): TerraformOutput {
  const parsed = parseJson(text) ?? {};
  const outputs = Object.entries(parsed as Record<string, { value?: unknown } | null>);
  const isOutput = outputs.every(
    ([, output]) => typeof output === "object" && output !== null && "value" in output,
  );
  if (outputs.length === 0 || !isOutput) {
    throw new UsageError(`${source} must be what \`terraform output -json\` prints`);
  }
  return Object.fromEntries(outputs.map(([name, output]) => [name, output?.value]));
}

/**
 * One output, as text.
 *
 * @throws {UsageError} there is none, or it is no text
 */
export function outputText(outputs: TerraformOutput, name: string): string {
  const value = outputs[name];
  if (typeof value !== "string") throw new UsageError(noText(outputs, name));
  return value;
}

/** Why there is no text under a name; of the outputs it tells names alone. */
export function noText(outputs: TerraformOutput, name: string): string {
  return name in outputs
    ? `Terraform's output ${name} must be text`
    : `Terraform's output has no ${name}; it has: ${Object.keys(outputs).sort().join(", ")}`;
}

/** @returns undefined for a text that is no JSON */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
