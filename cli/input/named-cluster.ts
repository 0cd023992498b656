import type { Cluster } from "../../config/cluster-props";
import type { Host } from "../io/host";
import { UsageError } from "../io/usage-error";
import type { ClusterOptions } from "./shared-options";

/**
 * The cluster that the options name.
 *
 * @returns undefined without a name
 * @throws {ConfigError} everything that is wrong with the configuration
 * @throws {UsageError} there is no such cluster, or an option is of no use without one
 */
export async function readNamedCluster(
  options: ClusterOptions,
  host: Host,
): Promise<Cluster | undefined> {
  const { cluster, config, stackDirectory } = options;
  if (cluster !== undefined) {
    if (host.cluster?.name === cluster) return host.cluster;
    const { chooseCluster, readConfiguration } = await import("./configuration.ts");
    return chooseCluster(await readConfiguration(options, host), cluster);
  }
  if (config === undefined && stackDirectory === undefined) return undefined;
  throw new UsageError("--config and --stack-directory go with a cluster: name it with --cluster");
}

/** Options with values in the place of those that are not given: flags come first. */
export function withValues<T extends object>(options: T, values: Partial<T>): T {
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  return { ...options, ...values, ...(Object.fromEntries(given) as Partial<T>) };
}
