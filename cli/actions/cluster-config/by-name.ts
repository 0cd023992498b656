import { distributionNames } from "../../../config/distribution-names";
import { formatValue } from "../../../modules/validation";
import { distributions } from "../../input/choices";
import { chooseCluster, readConfiguration } from "../../input/configuration";
import { distributionFlagOf } from "../../input/distribution";
import type { Host } from "../../io/host";
import { UsageError } from "../../io/usage-error";

/**
 * The command of the distribution that a cluster of the configuration runs. The host keeps the cluster for it.
 *
 * @param flags may name the configuration
 * @throws {ConfigError} everything that is wrong with the configuration
 * @throws {UsageError} there is no such cluster, or it does not say what it runs
 */
export async function distributionCommand(
  name: string,
  flags: readonly string[],
  host: Host,
): Promise<string> {
  const cluster = await readCluster(name, flags, host);
  host.cluster = cluster;
  const distribution = distributionFlagOf(cluster.config);
  if (distribution !== undefined) return distribution;
  throw new UsageError(
    `${name} does not say what it runs: add one of ${distributionNames.join(", ")} to its configuration, such as kubeadm: {}; or name it: irsa cluster-config kubeadm --cluster ${name}`,
  );
}

async function readCluster(name: string, flags: readonly string[], host: Host) {
  try {
    return chooseCluster(await readConfiguration({ config: configFlag(flags) }, host), name);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    throw new UsageError(
      `${formatValue(name)} is neither a distribution (${distributions.join(", ")}) nor a cluster: ${error.message}`,
    );
  }
}

function configFlag(flags: readonly string[]): string | undefined {
  const at = flags.findLastIndex((flag) => flag === "--config" || flag.startsWith("--config="));
  if (at < 0) return undefined;
  return flags[at]?.includes("=") === true ? flags[at].slice("--config=".length) : flags[at + 1];
}
