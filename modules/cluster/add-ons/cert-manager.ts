import { certManagerChart } from "./chart-versions";
import {
  assertValid,
  checkRange,
  checkText,
  namespaceRules,
  replicaCountRule,
} from "../../validation";
import type { Release } from "./release";

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
 * @throws {InvalidPropsError} one violation for each rule violated
 * @see {@link https://cert-manager.io/docs/installation/best-practice/ cert-manager best practice}
 *
 * @example
 * buildCertManagerRelease({ replicaCount: 3 }).namespace; // "cert-manager"
 */
export function buildCertManagerRelease(props: CertManagerProps = {}): Release {
  const { namespace = "cert-manager", replicaCount = 2 } = props;
  assertValid([
    ...checkText(["namespace"], namespace, namespaceRules),
    ...checkRange(["replicaCount"], replicaCount, replicaCountRule),
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
