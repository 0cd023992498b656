/** A Helm chart as the project installs it. */
export interface Chart {
  readonly name: string;
  /** The chart repository's URL. */
  readonly repository: string;
  /** How Flux and `helm repo add` call the repository. */
  readonly repositoryName: string;
  readonly version: string;
}

/**
 * cert-manager, which issues the webhook's serving certificate.
 *
 * @example
 * certManagerChart.repository; // "https://charts.jetstack.io"
 */
export const certManagerChart: Chart = {
  name: "cert-manager",
  repository: "https://charts.jetstack.io",
  repositoryName: "jetstack",
  version: "v1.21.1",
};

/**
 * The webhook, application version v0.6.17.
 *
 * @example
 * podIdentityWebhookChart.name; // "amazon-eks-pod-identity-webhook"
 */
export const podIdentityWebhookChart: Chart = {
  name: "amazon-eks-pod-identity-webhook",
  repository: "https://jkroepke.github.io/helm-charts",
  repositoryName: "jkroepke",
  version: "2.6.5",
};

/**
 * The EBS CSI driver, application version v1.64.0.
 *
 * @example
 * ebsCsiDriverChart.name; // "aws-ebs-csi-driver"
 */
export const ebsCsiDriverChart: Chart = {
  name: "aws-ebs-csi-driver",
  repository: "https://kubernetes-sigs.github.io/aws-ebs-csi-driver",
  repositoryName: "aws-ebs-csi-driver",
  version: "2.64.0",
};

/**
 * The AWS cloud controller manager, application version v1.35.0.
 *
 * @example
 * cloudControllerManagerChart.name; // "aws-cloud-controller-manager"
 */
export const cloudControllerManagerChart: Chart = {
  name: "aws-cloud-controller-manager",
  repository: "https://kubernetes.github.io/cloud-provider-aws",
  repositoryName: "cloud-provider-aws",
  version: "0.0.11",
};

/**
 * The AWS CLI of the smoke test.
 *
 * @example
 * buildSmokeTest({
 *   region: "eu-central-1",
 *   roleArn: "arn:aws:iam::111122223333:role/prod-irsa-smoke-test",
 *   image: awsCliImage.replace("public.ecr.aws", "mirror.example.org"),
 * });
 */
export const awsCliImage = "public.ecr.aws/aws-cli/aws-cli:2.36.44";
