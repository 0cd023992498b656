import type { Host } from "../io/host";
import { isSecretArn } from "../io/secrets-manager";
import { UsageError } from "../io/usage-error";
import type { AccessOptions } from "./access-options";
import { withValues } from "./named-cluster";
import type { StackOutputs } from "./stack-outputs";

/** The options, and the outputs of the cluster that they name. */
interface OptionsOfCluster<T> {
  readonly options: T;
  /** Undefined without a cluster. */
  readonly outputs?: StackOutputs;
}

/**
 * Fills in what a cluster of the configuration says and no option does.
 *
 * @throws {UsageError} Terraform makes no machines of the cluster, or see {@link readStackOfCluster}
 */
export async function withCluster<T extends AccessOptions>(
  options: T,
  host: Host,
): Promise<OptionsOfCluster<T>> {
  if (options.cluster === undefined) {
    refuseStray(options);
    return { options };
  }
  const { readStackOfCluster } = await import("./stack-outputs.ts");
  const { cluster, outputs } = await readStackOfCluster(options.cluster, options, host);
  const { talos_machine_secrets_arn: machineSecrets } = outputs;
  if (machineSecrets === undefined && options.machineSecrets === undefined) {
    throw new UsageError(
      `Terraform makes no machines of ${cluster.name}: its configuration needs talos with aws or nodes, or name the secrets of its machines with --machine-secrets`,
    );
  }
  const { name: clusterName, profile } = cluster;
  // An ARN says its region itself.
  const region = isSecretArn(options.machineSecrets ?? machineSecrets ?? "")
    ? undefined
    : cluster.region;
  const values: Partial<AccessOptions> = { machineSecrets, clusterName, region, profile };
  return { options: withValues(options, values as Partial<T>), outputs };
}

/** @throws {UsageError} an option is of no use without a cluster */
function refuseStray({ config, stackDirectory, terraformOutput }: AccessOptions): void {
  const given = Object.entries({ config, stackDirectory, terraformOutput });
  if (given.every(([, value]) => value === undefined)) return;
  throw new UsageError(
    "--config, --stack-directory and --terraform-output go with a cluster: name it first",
  );
}
