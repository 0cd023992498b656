import type { Cluster } from "../../config/cluster-props";
import type { DistributionOptions } from "../input/api-server-traits";
import type { StackOutputOptions } from "../input/stack-outputs";
import { stackDirectoryOf } from "../input/stack-outputs";
import { shellWord } from "./shell-word";
import { terraformIn } from "./terraform-command";

/** A cluster of the configuration, and the options that say where it and its stack are. */
export interface ClusterOfStack {
  readonly cluster: Cluster;
  readonly options: StackOutputOptions;
}

/** An option, and its value if it is given. */
type Flag = readonly [flag: string, value: string | undefined];

/** Options that are given, as words of a shell. */
export function flagWords(options: readonly Flag[]): string[] {
  return options.flatMap(([flag, value]) =>
    value === undefined ? [] : [`${flag} ${shellWord(value)}`],
  );
}

/** What a cluster runs and where its stack is, for the next run of a plan. */
export function planFlags(options: DistributionOptions & StackOutputOptions): readonly Flag[] {
  return [
    ["--distribution", options.distribution],
    ["--talos-version", options.talosVersion],
    ["--kubernetes-version", options.kubernetesVersion],
    ["--stack-directory", options.stackDirectory],
    // Standard input is the token's.
    ["--terraform-output", options.terraformOutput === "-" ? undefined : options.terraformOutput],
  ];
}

/** Gives a Talos cluster what `irsa cluster-config` has written to `patch.yaml`. */
export const patchTalos: readonly string[] = [
  "# one control-plane node after the other",
  "talosctl patch machineconfig --nodes CONTROL_PLANE_NODE --patch @patch.yaml",
  "rm patch.yaml",
];

/** Runs Terraform in the directory of the cluster's stack. */
export function terraform({ cluster, options }: ClusterOfStack, command: string): string {
  return terraformIn(stackDirectoryOf(cluster, options), command);
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
