import type { RoleBinding } from "../add-ons/webhook-map";

/** A Helm chart that makes a ServiceAccount itself. */
export interface KnownChart {
  readonly name: string;
  /** The dotted path of the values that take the ServiceAccount's annotations. */
  readonly annotations: string;
}

/**
 * By the ServiceAccount's name as the chart makes it by default, or as its documentation has it.
 *
 * @see {@link https://helm.sh/docs/faq/changes_since_helm2/ Helm}: a resource without the release's labels is not adopted
 */
const charts: ReadonlyMap<string, KnownChart> = new Map([
  ["aws-load-balancer-controller", chart("aws-load-balancer-controller")],
  ["aws-node-termination-handler", chart("aws-node-termination-handler")],
  ["cert-manager", chart("cert-manager")],
  ["cluster-autoscaler", chart("cluster-autoscaler", "rbac.serviceAccount.annotations")],
  [
    "cluster-autoscaler-aws-cluster-autoscaler",
    chart("cluster-autoscaler", "rbac.serviceAccount.annotations"),
  ],
  ["ebs-csi-controller-sa", chart("aws-ebs-csi-driver", "controller.serviceAccount.annotations")],
  ["ebs-csi-node-sa", chart("aws-ebs-csi-driver", "node.serviceAccount.annotations")],
  ["efs-csi-controller-sa", chart("aws-efs-csi-driver", "controller.serviceAccount.annotations")],
  ["efs-csi-node-sa", chart("aws-efs-csi-driver", "node.serviceAccount.annotations")],
  ["external-dns", chart("external-dns")],
  ["external-secrets", chart("external-secrets")],
  ["karpenter", chart("karpenter")],
  ["s3-csi-driver-sa", chart("aws-mountpoint-s3-csi-driver", "node.serviceAccount.annotations")],
  ["velero", chart("velero", "serviceAccount.server.annotations")],
  ["velero-server", chart("velero", "serviceAccount.server.annotations")],
]);

/**
 * The chart that makes a ServiceAccount of this name; nothing for a name that no known chart uses.
 *
 * @example
 * findKnownChart({ serviceAccountName: "velero" })?.annotations; // "serviceAccount.server.annotations"
 */
export function findKnownChart({
  serviceAccountName,
}: Pick<RoleBinding, "serviceAccountName">): KnownChart | undefined {
  return charts.get(serviceAccountName);
}

function chart(name: string, annotations = "serviceAccount.annotations"): KnownChart {
  return { name, annotations };
}
