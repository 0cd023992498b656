import type { Cluster } from "../../config/cluster-props";
import type { Host } from "../io/host";
import { isObject } from "../io/json";
import { presentable } from "../io/presentable";
import { inputName, readText } from "../io/read-text";
import type { TerraformOptions } from "./shared-options";
import type { Mistakes } from "./mistakes";
import { refuseTokens } from "./tokens";
import {
  outputName,
  readTerraformOutput,
  type TerraformOutput,
  type WantedOutputs,
} from "./terraform-output";

/** A value that Terraform's output gives, or options. */
interface Wanted {
  /** How the modules call it. */
  readonly property: string;
  /** The output's name. */
  readonly output: string;
  /**
   * The options that give it, too.
   * @default - none
   */
  readonly options?: string;
}

/** What a source is read for. */
export interface SourceProps {
  readonly host: Host;
  readonly mistakes: Mistakes;
  readonly options: TerraformOptions;
  readonly wanted: WantedOutputs;
  /** Options leave something to Terraform. */
  readonly isNeeded: boolean;
  /**
   * A cluster whose configuration gives values, too; flags take their place.
   * @default - Terraform's outputs alone
   */
  readonly cluster?: Cluster;
  /**
   * Of the outputs that are wanted, those that a cluster must give: the others are taken if Terraform is run.
   * @default - all that are wanted
   */
  readonly needed?: readonly string[];
}

/** Terraform's outputs as a source of values; what is not there is noted among the mistakes. */
export class TerraformSource {
  private constructor(
    private readonly props: SourceProps,
    private readonly outputs: TerraformOutput | undefined,
    private readonly isReadable = true,
  ) {}

  /**
   * Reads the outputs from the file that is named; from standard input when options leave something
   * to Terraform, and standard input is not a terminal and not empty.
   */
  static async read(props: SourceProps): Promise<TerraformSource> {
    const { host, mistakes, options, wanted, cluster } = props;
    const { terraformOutput: file, stack } = options;
    if (cluster !== undefined) return TerraformSource.ofCluster(props, cluster);
    if (file === undefined && (!props.isNeeded || host.io.stdin.isTTY === true)) {
      return new TerraformSource(props, undefined);
    }
    const outputs = await mistakes.attempt(async () => {
      const text = await readText(file ?? "-", host);
      if (file === undefined && text.trim() === "") return "none";
      const read = readTerraformOutput(text, inputName(file ?? "-"), wanted, stack);
      read.values.forEach((value, name) => {
        refuseTokens(outputName(name), value);
      });
      return read;
    });
    return outputs === "none"
      ? new TerraformSource(props, undefined)
      : new TerraformSource(props, outputs, outputs !== undefined);
  }

  /** What the configuration says; the outputs of the cluster's stack if that is not enough, or a file has them. */
  private static async ofCluster(props: SourceProps, cluster: Cluster): Promise<TerraformSource> {
    const { host, mistakes, options, wanted, needed = wanted.outputs, isNeeded } = props;
    const { knownOutputs } = await import("./known-outputs.ts");
    const known = knownOutputs(cluster);
    const isEnough = !isNeeded || needed.every((output) => known.values.has(output));
    if (options.terraformOutput === undefined && isEnough) return new TerraformSource(props, known);
    const { readOutputsOf } = await import("./stack-outputs.ts");
    const outputs = await mistakes.attempt(() => readOutputsOf(cluster, wanted, options, host));
    return new TerraformSource(props, outputs, outputs !== undefined);
  }

  /** The profile with which the cluster's account is reached. */
  get profile(): string | undefined {
    return this.props.cluster?.profile;
  }

  /** Whether flags take the place of what the source says, rather than contradict it. */
  get givesWay(): boolean {
    return this.props.cluster !== undefined;
  }

  /** Whether there is an output of this name, whatever its value. */
  has(output: string): boolean {
    return this.outputs?.names.includes(output) ?? false;
  }

  /** The value of an output; nothing when it is not there. */
  value(output: string): unknown {
    return this.outputs?.values.get(output);
  }

  /**
   * A required string.
   *
   * @param given what the option gives; with the output beside it, one of them must be left out
   */
  text(wanted: Wanted, given: string | undefined): string {
    const { options = "", output } = wanted;
    if (given !== undefined && this.value(output) !== undefined && !this.givesWay) {
      this.props.mistakes.add(bothGiven(options, output));
    }
    return given ?? this.outputText(wanted);
  }

  /** The string of a required output. */
  outputText(wanted: Wanted): string {
    const value = this.value(wanted.output);
    if (typeof value !== "string") return this.missing(wanted);
    this.props.mistakes.name(wanted.property, outputName(wanted.output));
    return value;
  }

  /**
   * An output that is a list of objects, as far as the members named go; all strings.
   *
   * @param optional members that may be missing
   * @returns nothing when it is not there
   */
  rows<T extends string, O extends string = never>(
    output: string,
    members: readonly T[],
    optional: readonly O[] = [],
  ): readonly (Record<T, string> & Partial<Record<O, string>>)[] | undefined {
    const value = this.value(output);
    if (value === undefined) return undefined;
    const isText = (member: unknown): boolean => typeof member === "string";
    const isRow = (row: unknown): row is Record<T, string> & Partial<Record<O, string>> =>
      isObject(row) &&
      members.every((member) => isText(row[member])) &&
      optional.every((member) => row[member] === undefined || isText(row[member]));
    if (Array.isArray(value) && value.every(isRow)) return value;
    this.props.mistakes.add(
      `${outputName(output)} must be a list of objects with ${members.join(", ")}`,
    );
    return [];
  }

  /** Notes that a value is missing from Terraform's output and from the options. */
  missing({ property, options, output }: Wanted): string {
    const { mistakes } = this.props;
    if (!this.isReadable) return mistakes.missing(property);
    const other = options === undefined ? "" : `${options}, or `;
    if (this.outputs === undefined) {
      return mistakes.missing(
        property,
        `give ${other}${outputName(output)} (terraform output -json ${output}, on standard input or as --terraform-output)`,
      );
    }
    const reason = this.has(output)
      ? `${outputName(output)} must be a string`
      : `Terraform's output has no ${output}; it has: ${this.outputs.names.map(presentable).join(", ")}`;
    return mistakes.missing(
      property,
      options === undefined ? reason : `${reason}; or give ${options}`,
    );
  }
}

/** What to say of a value that comes from two places. */
export function bothGiven(options: string, output: string): string {
  return `${options} and ${outputName(output)} are both given: leave one out`;
}
