import type { Cluster } from "../../config/cluster-props";
import { stsAudience } from "../../modules/cluster";
import type { Intended, Target } from "../../modules/diagnosis";
import type { CollectProps } from "../evidence/collect";
import { NotCollected, outputsMilliseconds } from "../evidence/collected";
import { readTerraformIam } from "../evidence/terraform-state";
import type { Host } from "../io/host";
import { Kubectl } from "../io/kubectl";
import { presentable } from "../io/presentable";
import { runTerraform } from "../io/terraform";
import { UsageError } from "../io/usage-error";
import { chooseCluster, readConfiguration } from "./configuration";
import type { DoctorOptions } from "./doctor-options";
import { intendedOf } from "./intended";
import { readStackOutputs, stackDirectoryOf } from "./stack-outputs";

/** Something to diagnose. */
export interface DoctorTarget {
  /** The cluster's, for progress. */
  readonly name: string;
  /** Reads what is wanted of it, and how to reach it. */
  readonly read: () => Promise<Omit<CollectProps, "callSts" | "say">>;
}

/**
 * What the options ask to look at: a cluster of the configuration, all of them, or the cluster of an issuer.
 *
 * @throws {UsageError} no cluster is named and there are several, or none has this name
 * @throws {ConfigError} everything that is wrong with the configuration
 */
export async function readTargets(
  options: DoctorOptions,
  host: Host,
): Promise<readonly DoctorTarget[]> {
  const contexts = contextNames(options, host);
  const { issuerUrl } = options;
  if (issuerUrl !== undefined) {
    return [{ name: issuerUrl, read: () => Promise.resolve(ofIssuer(issuerUrl, options)) }];
  }
  const config = await readConfiguration(options, host);
  const clusters =
    options.all === true ? (config.clusters ?? []) : [chooseCluster(config, options.cluster)];
  if (clusters.length === 0) {
    throw new UsageError("the configuration has no clusters; name another with --config");
  }
  return clusters.map((cluster) => ({
    name: cluster.name,
    read: async () => ofCluster(cluster, await contexts, options, host),
  }));
}

function ofIssuer(issuerUrl: string, options: DoctorOptions) {
  const { context, kubeconfig, profile, region, audience = stsAudience } = options;
  const intended: Intended = { issuerUrl, audiences: [audience], acceptedIssuers: [], roles: [] };
  return {
    target: targetOf(options),
    intended: { value: intended },
    kubernetes: { context, kubeconfig },
    aws: { profile, region },
  };
}

async function ofCluster(
  cluster: Cluster,
  contexts: readonly string[],
  options: DoctorOptions,
  host: Host,
): Promise<Omit<CollectProps, "callSts" | "say">> {
  const { name, region, profile } = cluster;
  const directory = stackDirectoryOf(cluster, options);
  return {
    target: { cluster: name, ...targetOf(options) },
    intended: { value: await readIntended(cluster, options, host) },
    kubernetes: {
      kubeconfig: options.kubeconfig,
      ...contextOf(name, contexts, options),
    },
    aws: { profile: options.profile ?? profile, region: options.region ?? region },
    ...(options.terraformOutput === undefined && {
      terraformIam: async (signal: AbortSignal) => {
        try {
          return readTerraformIam(await runTerraform("show", directory, host, signal));
        } catch (error) {
          throw error instanceof UsageError ? new NotCollected(error.message) : error;
        }
      },
    }),
  };
}

function targetOf({ serviceAccount, pod, roleArn }: DoctorOptions): Target {
  return {
    ...(serviceAccount !== undefined && { serviceAccount }),
    ...(pod !== undefined && { pod }),
    ...(roleArn !== undefined && { roleArn }),
  };
}

/** What the configuration wants; without outputs, as before the first apply. */
async function readIntended(
  cluster: Cluster,
  options: DoctorOptions,
  host: Host,
): Promise<Intended> {
  try {
    return intendedOf(
      cluster,
      await readStackOutputs(
        cluster,
        options,
        host,
        AbortSignal.timeout(outputsMilliseconds(options.timeout)),
      ),
    );
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    await host.note(`Only the configuration says what is wanted: ${error.message}`);
    return intendedOf(cluster);
  }
}

/** Names of contexts; none where kubectl is missing, which its first request reports. */
async function contextNames(
  { context, kubeconfig }: DoctorOptions,
  host: Host,
): Promise<readonly string[]> {
  if (context !== undefined) return [];
  const limits = { requestMilliseconds: 5000, signal: AbortSignal.timeout(5000) };
  return new Kubectl(host, { kubeconfig }, limits).contexts().catch(() => []);
}

/** The context of a cluster: what talosctl calls it, and kubeadm's users. */
function contextOf(
  name: string,
  contexts: readonly string[],
  { context, all }: DoctorOptions,
): { readonly context?: string; readonly unknownContext?: string } {
  if (context !== undefined) return { context: context.replaceAll("{cluster}", name) };
  const known = [name, `admin@${name}`].find((each) => contexts.includes(each));
  if (known !== undefined) return { context: known };
  // The current context is one cluster's.
  return all === true
    ? {
        unknownContext: `the kubeconfig has no context ${presentable(name)} or admin@${presentable(name)}: name contexts with --context, where {cluster} stands for the cluster's name`,
      }
    : {};
}
