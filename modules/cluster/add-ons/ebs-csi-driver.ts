import {
  annotationPrefixRules,
  assertValid,
  checkRange,
  checkText,
  replicaCountRule,
} from "../../validation";
import { defaultAnnotationPrefix, outsideAwsLabels } from "../constants";
import {
  buildPodCredentials,
  type PodCredentialsProps,
  podCredentialsViolations,
} from "../manifests/pod-credentials";
import { ebsCsiDriverChart } from "./chart-versions";
import type { Release } from "./release";

/**
 * Where a node pod learns its instance: `imds` asks the instance metadata service; `kubernetes` reads
 * provider ID and labels of the node, which the AWS cloud controller manager sets.
 */
export type EbsMetadataSource = "imds" | "kubernetes";

/** How the EBS CSI driver is installed. */
export interface EbsCsiDriverProps extends PodCredentialsProps {
  /** @default "imds" */
  readonly metadataSource?: EbsMetadataSource;
  /**
   * Whether the webhook gives the controller its token; without it, the token is written into its pods.
   * @default true
   */
  readonly webhook?: boolean;
  /**
   * Prefix of the annotations that the webhook looks for.
   * @default "eks.amazonaws.com"
   */
  readonly annotationPrefix?: string;
  /** Replicas of the controller. @default 2 */
  readonly replicaCount?: number;
}

/** The controller reads the token as the group that the chart gives it (`controller.securityContext`). */
const writtenOut = (props: EbsCsiDriverProps): object => {
  const { env, volumes, volumeMounts } = buildPodCredentials(props);
  return {
    // The chart writes it itself, from controller.region.
    env: env.filter(({ name }) => name !== "AWS_REGION"),
    volumes,
    volumeMounts,
  };
};

/**
 * The EBS CSI driver, with the storage class `gp3`: encrypted, the default, bound where a pod runs.
 *
 * Node pods run in the network of their machine where they ask the instance metadata service, so that a
 * hop limit of 1 does not shut them out; machines outside AWS get none ({@link outsideAwsLabels}). The
 * controller asks that service nothing: its region is in the values.
 *
 * @throws {InvalidPropsError} one violation for each rule violated
 * @see {@link https://github.com/kubernetes-sigs/aws-ebs-csi-driver/tree/master/charts/aws-ebs-csi-driver the chart}
 * @see {@link https://github.com/kubernetes-sigs/aws-ebs-csi-driver/blob/master/docs/parameters.md parameters of storage classes}
 * @see {@link https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-data-retrieval.html hop limit}
 *
 * @example
 * buildEbsCsiDriverRelease({
 *   region: "eu-central-1",
 *   roleArn: "arn:aws:iam::111122223333:role/prod-ebs-csi",
 * }).namespace; // "kube-system"
 */
export function buildEbsCsiDriverRelease(props: EbsCsiDriverProps): Release {
  const { region, roleArn, metadataSource = "imds", webhook = true, replicaCount = 2 } = props;
  const { annotationPrefix = defaultAnnotationPrefix } = props;
  assertValid([
    ...podCredentialsViolations(props),
    ...checkText(["annotationPrefix"], annotationPrefix, annotationPrefixRules),
    ...checkRange(["replicaCount"], replicaCount, replicaCountRule),
  ]);
  return {
    chart: ebsCsiDriverChart,
    name: ebsCsiDriverChart.name,
    namespace: "kube-system",
    values: {
      controller: {
        region,
        replicaCount,
        serviceAccount: {
          create: true,
          name: "ebs-csi-controller-sa",
          annotations: webhook ? { [`${annotationPrefix}/role-arn`]: roleArn } : {},
        },
        ...(!webhook && writtenOut(props)),
        tolerations: [
          { key: "CriticalAddonsOnly", operator: "Exists" },
          {
            key: "node-role.kubernetes.io/control-plane",
            operator: "Exists",
            effect: "NoSchedule",
          },
          { operator: "Exists", effect: "NoExecute", tolerationSeconds: 300 },
        ],
      },
      node: {
        metadataSources: metadataSource,
        hostNetwork: metadataSource === "imds",
        affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: inAws } },
        tolerateAllTaints: true,
      },
      storageClasses: [
        {
          name: "gp3",
          annotations: { "storageclass.kubernetes.io/is-default-class": "true" },
          volumeBindingMode: "WaitForFirstConsumer",
          reclaimPolicy: "Delete",
          allowVolumeExpansion: true,
          parameters: { type: "gp3", encrypted: "true" },
        },
      ],
    },
    comments: {
      "node.affinity": "Keeps node pods from machines outside AWS.",
      ...(metadataSource === "imds" && {
        "node.hostNetwork": "Reaches the instance metadata service with a hop limit of 1.",
      }),
    },
  };
}

const inAws = {
  nodeSelectorTerms: [
    {
      matchExpressions: Object.entries(outsideAwsLabels).map(([key, outside]) => ({
        key,
        operator: "NotIn",
        values: ["fargate", "auto", outside],
      })),
    },
  ],
};
