import type { Cluster } from "../../config/cluster-props";
import {
  type ApiServerTraits,
  deriveApiServerTraits,
  isKubernetesVersion,
} from "../../modules/rotation";
import { formatValue } from "../../modules/validation";
import { type DistributionFlag, distributions } from "./choices";
import { distributionFlagOf } from "./distribution";
import type { Mistakes } from "./mistakes";

/** What the cluster runs, as far as the configuration does not say it. */
export interface DistributionOptions {
  readonly distribution?: string;
  readonly talosVersion?: string;
  readonly kubernetesVersion?: string;
}

/** What the API server of a cluster takes, from the configuration and options. */
export function apiServerOf(
  { distribution: named, talosVersion, kubernetesVersion }: DistributionOptions,
  { talos, config }: Cluster,
  mistakes: Mistakes,
): ApiServerTraits {
  const distribution =
    named ?? distributionFlagOf(config) ?? (talosVersion === undefined ? undefined : "talos");
  if (distribution !== undefined && !isDistribution(distribution)) {
    mistakes.add(
      `--distribution must be one of ${distributions.join(", ")}, got ${formatValue(distribution)}`,
    );
    return unknownTraits;
  }
  if (kubernetesVersion !== undefined && !isKubernetesVersion(kubernetesVersion)) {
    mistakes.add(
      `--kubernetes-version must be a version of Kubernetes, such as 1.34.1, got ${formatValue(kubernetesVersion)}`,
    );
    return unknownTraits;
  }
  if (talosVersion !== undefined && distribution !== "talos") {
    mistakes.add(`--talos-version goes with --distribution talos: leave it out`);
  }
  const version = talosVersion ?? talos?.version;
  const { generatedBy, form } = talos ?? {};
  const traits = deriveApiServerTraits({
    distribution,
    kubernetesVersion: kubernetesVersion ?? lastOf(config.kubeadm?.apiVersion),
    ...(version !== undefined && { talos: { version, generatedBy, form } }),
  });
  if (!Array.isArray(traits)) return traits;
  mistakes.name("version", "--talos-version");
  mistakes.addViolations(traits);
  return unknownTraits;
}

/** The last Kubernetes whose kubeadm writes the older form. */
function lastOf(apiVersion: "v1beta3" | "v1beta4" | undefined): string | undefined {
  return apiVersion === "v1beta3" ? "1.30" : undefined;
}

const unknownTraits: ApiServerTraits = {
  keys: "unknown",
  issuers: "unknown",
  takesKey: true,
  what: "",
};

function isDistribution(text: string): text is DistributionFlag {
  return (distributions as readonly string[]).includes(text);
}
