/**
 * The audience that AWS STS asks for, in every partition.
 *
 * @example
 * stsAudience; // "sts.amazonaws.com"
 */
export const stsAudience = "sts.amazonaws.com";

/** Where the webhook, and a pod without the webhook, has the token mounted. */
export const tokenMountPath = "/var/run/secrets/eks.amazonaws.com/serviceaccount";

/** The prefix of the annotations that the webhook looks for. */
export const defaultAnnotationPrefix = "eks.amazonaws.com";

/** Seconds that a pod's token lives unless something else is configured. */
export const defaultTokenExpiration = 86_400;

/**
 * The issuer that kubeadm, k3s and the like sign with until another one is configured.
 *
 * @example
 * buildK3sConfiguration({
 *   issuerUrl: "https://oidc.example.org/prod",
 *   acceptedIssuers: [defaultClusterIssuer],
 * });
 */
export const defaultClusterIssuer = "https://kubernetes.default.svc.cluster.local";

/**
 * Label of a machine outside AWS, which keeps the node pods of the EBS CSI driver away: the charts of
 * AWS take it for one that is not in EC2.
 *
 * @see {@link https://github.com/kubernetes-sigs/aws-ebs-csi-driver/blob/master/charts/aws-ebs-csi-driver/values.yaml node.affinity}
 *
 * @example
 * outsideAwsLabels["eks.amazonaws.com/compute-type"]; // "hybrid"
 */
export const outsideAwsLabels = { "eks.amazonaws.com/compute-type": "hybrid" };

/** The group that may read a token of a container whose user is not known; `nobody` of Kubernetes' images. */
export const nobody = 65_534;
