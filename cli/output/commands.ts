import type { Cluster } from "../../config/cluster-props";
import type { StackOutputOptions } from "../input/stack-outputs";
import { stackDirectoryOf } from "../input/stack-outputs";
import { shellWord } from "./shell-word";

/** A cluster of the configuration, and the options that say where it and its stack are. */
export interface ClusterOfStack {
  readonly cluster: Cluster;
  readonly options: StackOutputOptions;
}

/** Options that are given, as words of a shell. */
export function flagWords(
  options: readonly (readonly [flag: string, value: string | undefined])[],
): string[] {
  return options.flatMap(([flag, value]) =>
    value === undefined ? [] : [`${flag} ${shellWord(value)}`],
  );
}

/** Runs Terraform in the directory of the cluster's stack. */
export function terraform({ cluster, options }: ClusterOfStack, command: string): string {
  return `terraform -chdir=${shellWord(stackDirectoryOf(cluster, options))} ${command}`;
}

/**
 * Synthesizes and applies the cluster's stack.
 *
 * @param selfPublished the URLs of issuers whose documents the user publishes
 */
export function applyCommands(
  { cluster, options }: ClusterOfStack,
  selfPublished: readonly string[],
): string[] {
  const config = options.config === undefined ? "" : ` --config ${shellWord(options.config)}`;
  const run = (command: string) => terraform({ cluster, options }, command);
  return [
    `irsa synth ${cluster.name}${config}`,
    run("init"),
    run("apply"),
    ...selfPublished.flatMap((url) => [
      `${run("output -json jwks")} | irsa documents --terraform-output - --issuer-url ${shellWord(url)} --out site --force`,
      `# publish what is in site/ at ${url}`,
    ]),
  ];
}
