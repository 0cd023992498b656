import { assertValid, checkText, clusterNameRules } from "../../validation";
import { nobody } from "../constants";
import {
  buildPodCredentials,
  type PodCredentialsProps,
  podCredentialsViolations,
} from "../manifests/pod-credentials";
import { cloudControllerManagerChart } from "./chart-versions";
import type { Release } from "./release";

/** How the AWS cloud controller manager is installed. */
export interface CloudControllerManagerProps extends PodCredentialsProps {
  /** The cluster's name; machines, subnets and security groups have the tag `kubernetes.io/cluster/NAME`. */
  readonly clusterName: string;
}

/**
 * The AWS cloud controller manager, which takes the taint `node.cloudprovider.kubernetes.io/uninitialized`
 * from nodes: where kubelets run with `--cloud-provider=external`, install it before anything else. So it
 * waits neither for the webhook, whose token is written into its pods, nor for the network of pods: it
 * runs in the network of its machine, where it reaches the instance metadata service with any hop limit.
 *
 * It finds the cluster by the tag `kubernetes.io/cluster/NAME` of its own instance, and does not start
 * without it. A node is looked for in EC2 by its provider ID, else by its name, which must be the one that
 * EC2 gave; one that is not found is deleted.
 *
 * @throws {InvalidPropsError} one violation for each rule violated
 * @see {@link https://github.com/kubernetes/cloud-provider-aws/tree/master/charts/aws-cloud-controller-manager the chart}
 * @see {@link https://github.com/kubernetes/cloud-provider-aws/blob/master/docs/prerequisites.md Prerequisites}: names of nodes, tags
 * @see {@link https://kubernetes.io/docs/tasks/administer-cluster/running-cloud-controller/ Cloud controller manager}: the taint
 *
 * @example
 * buildCloudControllerManagerRelease({
 *   region: "eu-central-1",
 *   roleArn: "arn:aws:iam::111122223333:role/prod-cloud-controller",
 *   clusterName: "prod",
 * }).namespace; // "kube-system"
 */
export function buildCloudControllerManagerRelease(props: CloudControllerManagerProps): Release {
  assertValid([
    ...podCredentialsViolations(props),
    ...checkText(["clusterName"], props.clusterName, clusterNameRules),
  ]);
  const { env, volumes, volumeMounts } = buildPodCredentials(props);
  const namespace = "kube-system";
  return {
    chart: cloudControllerManagerChart,
    name: cloudControllerManagerChart.name,
    namespace,
    values: {
      namespace,
      hostNetworking: true,
      args: [
        "--v=2",
        "--cloud-provider=aws",
        `--cluster-name=${props.clusterName}`,
        "--configure-cloud-routes=false",
      ],
      nodeSelector: { "node-role.kubernetes.io/control-plane": "" },
      tolerations: [
        {
          key: "node.cloudprovider.kubernetes.io/uninitialized",
          value: "true",
          effect: "NoSchedule",
        },
        { key: "node.kubernetes.io/not-ready", operator: "Exists", effect: "NoSchedule" },
        { key: "node-role.kubernetes.io/control-plane", operator: "Exists", effect: "NoSchedule" },
      ],
      env,
      extraVolumes: volumes,
      extraVolumeMounts: volumeMounts,
      podSecurityContext: { fsGroup: nobody },
    },
    comments: {
      env: "The role and its token, written out: the webhook cannot run before nodes are initialized.",
      hostNetworking: "Reaches the instance metadata service with a hop limit of 1.",
    },
  };
}
