import { amazonManagedPrometheus } from "./amazon-managed-prometheus";
import { argoWorkflows } from "./argo-workflows";
import { awsCloudControllerManager } from "./aws-cloud-controller-manager";
import { awsLoadBalancerController } from "./aws-load-balancer-controller";
import { awsNodeTerminationHandler } from "./aws-node-termination-handler";
import { certManager } from "./cert-manager";
import { clusterAutoscaler } from "./cluster-autoscaler";
import { ebsCsi } from "./ebs-csi";
import { ecrPull } from "./ecr-pull";
import { efsCsi } from "./efs-csi";
import { externalDns } from "./external-dns";
import { externalSecrets } from "./external-secrets";
import { fluentBit } from "./fluent-bit";
import { loki } from "./loki";
import { mountpointS3Csi } from "./mountpoint-s3-csi";
import { thanos } from "./thanos";
import { velero } from "./velero";
import type { PolicyFactory } from "./define-policy";

/**
 * The policies of controllers that self-hosted clusters run, narrow unless an option widens them.
 *
 * @see docs/reference/policies.md for what each covers and where it comes from
 *
 * @example
 * new ServiceAccountRole(this, "velero", {
 *   name: "velero",
 *   serviceAccounts: ["velero/velero-server"],
 *   issuers: issuer.trustedIssuers,
 *   policies: [Policies.velero({ buckets: ["acme-backups"] })],
 * });
 */
export const Policies = {
  amazonManagedPrometheus,
  argoWorkflows,
  awsCloudControllerManager,
  awsLoadBalancerController,
  awsNodeTerminationHandler,
  certManager,
  clusterAutoscaler,
  ebsCsi,
  ecrPull,
  efsCsi,
  externalDns,
  externalSecrets,
  fluentBit,
  loki,
  mountpointS3Csi,
  thanos,
  velero,
} as const;

/** The policies by the names that `irsa.yaml` gives them. */
export const policyCatalogue: ReadonlyMap<string, PolicyFactory> = new Map(
  Object.values(Policies).map((policy) => [
    policy.definition.name,
    policy as unknown as PolicyFactory,
  ]),
);

export type { PolicyDefinition, PolicyOptions, PolicyFactory, PolicySource } from "./define-policy";
