import { isObject, parseJson } from "../io/json";
import { presentable } from "../io/presentable";
import { UsageError } from "../io/usage-error";

/** The outputs that a command needs, by name, and the names of all. */
export interface TerraformOutput {
  readonly values: ReadonlyMap<string, unknown>;
  readonly names: readonly string[];
}

/** What a command takes from Terraform. */
export interface WantedOutputs {
  /** The outputs that it reads. All others are dropped at once. */
  readonly outputs: readonly string[];
  /**
   * The one that is meant by a value without a name, as `terraform output -json NAME` prints it.
   * @default - none
   */
  readonly single?: string;
  /** Whether a value without a name can be that output. */
  readonly isSingle?: (value: unknown) => boolean;
}

/**
 * Reads what `terraform output -json` prints, what `terraform output -json NAME` prints, or the file
 * that `cdktf deploy --outputs-file` writes.
 *
 * @param source how messages name the text
 * @param stack the stack in a file of cdktf's that has several
 * @throws {UsageError} it is something else, such as the state
 */
export function readTerraformOutput(
  text: string,
  source: string,
  wanted: WantedOutputs,
  stack?: string,
): TerraformOutput {
  const parsed = parseJson(text);
  const { single, isSingle } = wanted;
  if (parsed !== undefined && single !== undefined && isSingle?.(parsed) === true) {
    return pick(new Map([[single, parsed]]), wanted);
  }
  const members = isObject(parsed) ? Object.entries(parsed) : [];
  if (members.length > 0 && members.every(([, output]) => isTerraformOutput(output))) {
    return pick(
      new Map(members.map(([name, output]) => [name, (output as { value: unknown }).value])),
      wanted,
    );
  }
  if (members.length > 0 && members.every(([, outputs]) => isObject(outputs))) {
    return pick(new Map(Object.entries(outputsOf(members, source, stack))), wanted);
  }
  const orSingle = single === undefined ? "" : ` or \`terraform output -json ${single}\``;
  throw new UsageError(
    `${source} must be what \`terraform output -json\`${orSingle} prints, or what \`cdktf deploy --outputs-file\` writes`,
  );
}

/** How messages name an output. */
export function outputName(output: string): string {
  return `Terraform's output ${output}`;
}

function isTerraformOutput(output: unknown): boolean {
  return isObject(output) && "value" in output;
}

/** The outputs of one stack, as cdktf writes them: by the stack's name, without types. */
function outputsOf(
  stacks: readonly (readonly [string, unknown])[],
  source: string,
  name: string | undefined,
): object {
  const names = stacks.map(([each]) => presentable(each)).join(", ");
  const chosen = name === undefined ? stacks : stacks.filter(([each]) => each === name);
  const [only, ...others] = chosen;
  if (only === undefined) throw new UsageError(`--stack must be one of ${names} in ${source}`);
  if (others.length > 0) {
    throw new UsageError(`${source} has several stacks, choose one with --stack: ${names}`);
  }
  return only[1] as object;
}

function pick(all: ReadonlyMap<string, unknown>, wanted: WantedOutputs): TerraformOutput {
  const values = [...all].filter(([name]) => wanted.outputs.includes(name));
  return { values: new Map(values), names: [...all.keys()].sort() };
}
