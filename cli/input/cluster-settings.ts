import type { Cluster } from "../../config/cluster-props";
import type { Distribution } from "../../config/distribution-names";
import type { ClusterConfig } from "../../config/schema";
import { findSigningKey, isGiven } from "../../modules/issuer";

type Settings = NonNullable<ClusterConfig["kubeadm"]> &
  NonNullable<ClusterConfig["k3s"]> &
  NonNullable<ClusterConfig["eksAnywhere"]> &
  Pick<NonNullable<ClusterConfig["talos"]>, "form" | "generatedBy" | "controlPlaneEndpoint">;

/** What a cluster of the configuration says of its distribution, as the flags of `irsa cluster-config`. */
export function settingsAsFlags(cluster: Cluster, distribution: Distribution) {
  const settings: Settings = cluster.config[distribution] ?? {};
  const { extraApiServerArgs } = settings;
  const version = distribution === "talos" ? cluster.config.talos?.version : undefined;
  return {
    acceptedIssuer: settings.acceptedIssuers,
    apiAudience: settings.apiAudiences,
    apiVersion: settings.apiVersion,
    clusterName: settings.clusterName ?? cluster.name,
    controlPlaneEndpoint: settings.controlPlaneEndpoint,
    dataDir: settings.dataDir,
    extraApiServerArg:
      extraApiServerArgs &&
      Object.entries(extraApiServerArgs).flatMap(([flag, value]) =>
        [value].flat().map((each) => `${flag}=${each}`),
      ),
    form: settings.form,
    generatedBy: settings.generatedBy,
    keepKey: signsWithOwnKey(cluster),
    publicKeyFile: settings.publicKeyFiles,
    publishedJwksUri: settings.publishedJwksUri === true ? (true as const) : undefined,
    signingKeyFile: settings.signingKeyFile,
    talosVersion: version,
  };
}

/** Whether the key that signs is the cluster's own, whose public half the configuration has. */
function signsWithOwnKey({ issuer }: Cluster): boolean {
  const { keys = [], signingKey } = "hosting" in issuer ? issuer : {};
  const key = findSigningKey(keys, signingKey);
  return key !== undefined && isGiven(key);
}
