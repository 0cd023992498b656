import { awsLoadBalancerController } from "./aws-load-balancer-controller";
import { certManager } from "./cert-manager";
import { clusterAutoscaler } from "./cluster-autoscaler";
import { ebsCsi } from "./ebs-csi";
import { efsCsi } from "./efs-csi";
import { externalDns } from "./external-dns";
import { externalSecrets } from "./external-secrets";
import { mountpointS3Csi } from "./mountpoint-s3-csi";
import { velero } from "./velero";

export {
  awsLoadBalancerController,
  type AwsLoadBalancerControllerOptions,
} from "./aws-load-balancer-controller";
export { certManager, type CertManagerOptions } from "./cert-manager";
export { clusterAutoscaler, type ClusterAutoscalerOptions } from "./cluster-autoscaler";
export { ebsCsi, type EbsCsiOptions } from "./ebs-csi";
export { efsCsi } from "./efs-csi";
export { externalDns, type ExternalDnsOptions } from "./external-dns";
export { externalSecrets, type ExternalSecretsOptions } from "./external-secrets";
export { mountpointS3Csi, type MountpointS3CsiOptions } from "./mountpoint-s3-csi";
export { velero, type VeleroOptions } from "./velero";

/** The policies of controllers that platform teams run, by the name of each. */
export const policyCatalogue = {
  "aws-load-balancer-controller": awsLoadBalancerController,
  "cert-manager": certManager,
  "cluster-autoscaler": clusterAutoscaler,
  "ebs-csi": ebsCsi,
  "efs-csi": efsCsi,
  "external-dns": externalDns,
  "external-secrets": externalSecrets,
  "mountpoint-s3-csi": mountpointS3Csi,
  velero,
} as const;

/** The name of a policy in the catalogue. */
export type PolicyName = keyof typeof policyCatalogue;
