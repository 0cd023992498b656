import { isatty } from "node:tty";
import { readInput } from "../output/files";
import type { Problems } from "./problems";
import type { TerraformOptions } from "./shared-options";
import { noText, readTerraformOutput, type TerraformOutput } from "./terraform-output";

/** A value that Terraform's output gives, or options. */
interface Wanted {
  /** How the modules call it. */
  readonly member: string;
  /** The output's name. */
  readonly output: string;
  /**
   * The options that give it, too.
   * @default - none
   */
  readonly options?: string;
}

/** Terraform's outputs as a source of values; what is not there is noted among the problems. */
export class TerraformSource {
  private constructor(
    private readonly problems: Problems,
    private readonly outputs: TerraformOutput | undefined,
    private readonly readable: boolean,
  ) {}

  /**
   * Reads the outputs from the file that is named; from standard input when options leave something
   * to Terraform, and standard input is no terminal and not empty.
   */
  static async read(
    problems: Problems,
    { terraformOutput: file }: TerraformOptions,
    isNeeded: boolean,
  ): Promise<TerraformSource> {
    if (file === undefined && (!isNeeded || isatty(0))) {
      return new TerraformSource(problems, undefined, true);
    }
    const outputs = await problems.attempt(() => {
      const text = readInput(file ?? "-");
      if (file === undefined && text.trim() === "") return "none";
      return readTerraformOutput(
        text,
        file === undefined || file === "-" ? "standard input" : file,
      );
    });
    return outputs === "none"
      ? new TerraformSource(problems, undefined, true)
      : new TerraformSource(problems, outputs, outputs !== undefined);
  }

  /**
   * A text that must be there.
   *
   * @param given what the option gives; with the output beside it, one of them must be left out
   */
  text(wanted: Wanted, given: string | undefined): string {
    const { options = "", output } = wanted;
    if (given !== undefined && this.outputs?.[output] !== undefined) {
      this.problems.add(bothGiven(options, output));
    }
    return given ?? this.outputText(wanted);
  }

  /** The text of an output that must be there. */
  outputText(wanted: Wanted): string {
    const value = this.outputs?.[wanted.output];
    return typeof value === "string" ? value : this.missing(wanted);
  }

  /**
   * An output that is a list of objects, as far as the members named go; all text.
   *
   * @returns nothing when it is not there
   */
  rows<T extends string>(
    output: string,
    members: readonly T[],
  ): readonly Record<T, string>[] | undefined {
    const value = this.outputs?.[output];
    if (value === undefined) return undefined;
    const isRow = (row: unknown): row is Record<T, string> =>
      members.every((member) => typeof (row as Record<T, unknown> | null)?.[member] === "string");
    if (Array.isArray(value) && value.every(isRow)) return value;
    this.problems.add(
      `Terraform's output ${output} must be a list of objects with ${members.join(", ")}`,
    );
    return [];
  }

  /** Notes that a value is missing from Terraform's output and from the options. */
  missing({ member, options, output }: Wanted): string {
    if (!this.readable) return this.problems.missing(member);
    const other = options === undefined ? "" : `${options}, or `;
    const sentence =
      this.outputs === undefined
        ? `give ${other}Terraform's output ${output} (terraform output -json, on standard input or as --terraform-output)`
        : noText(this.outputs, output).concat(options === undefined ? "" : `; or give ${options}`);
    return this.problems.missing(member, sentence);
  }
}

/** What to say of a value that comes from two places. */
export function bothGiven(options: string, output: string): string {
  return `${options} and Terraform's output ${output} are both given: leave one out`;
}
