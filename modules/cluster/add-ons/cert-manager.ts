import { certManagerChart } from "./chart-versions";
import { assertNoViolations } from "../errors";
import type { Release } from "./release";
import { countRule, namespaceRule } from "../rules";

/** How cert-manager is installed. */
export interface CertManagerProps {
  /**
   * The namespace to install to.
   * @default "cert-manager"
   */
  readonly namespace?: string;
  /**
   * Replicas of controller, webhook and CA injector each; a disruption budget keeps one of several.
   * @default 2
   */
  readonly replicaCount?: number;
}

/** Far above what an idle cert-manager uses; a limit on memory alone, as CPU limits only slow down. */
const resources = { requests: { cpu: "10m", memory: "64Mi" }, limits: { memory: "256Mi" } };

/**
 * cert-manager with its CRDs. The chart's own pods are hardened by default: no root, no capability,
 * read-only file system.
 *
 * @throws {ClusterConfigError} with every broken rule at once
 * @see {@link https://cert-manager.io/docs/installation/best-practice/ cert-manager best practice}
 */
export function certManager(props: CertManagerProps = {}): Release {
  const { namespace = "cert-manager", replicaCount = 2 } = props;
  assertNoViolations([
    ...namespaceRule("namespace", namespace),
    ...countRule("replicaCount", replicaCount),
  ]);
  const component = {
    replicaCount,
    podDisruptionBudget:
      replicaCount > 1 ? { enabled: true, maxUnavailable: 1 } : { enabled: false },
    resources,
  };
  return {
    chart: certManagerChart,
    name: "cert-manager",
    namespace,
    values: {
      crds: { enabled: true, keep: true },
      ...component,
      webhook: component,
      cainjector: component,
    },
    comments: {
      "crds.keep":
        "Removing the release keeps the CRDs: with them would go every certificate of the cluster.",
    },
  };
}
