import { awsCliImage } from "../add-ons/chart-versions";
import {
  annotationPrefixRules,
  assertValid,
  bucketNameRules,
  checkRegion,
  checkText,
  imageRules,
} from "../../validation";
import { defaultAnnotationPrefix } from "../constants";
import { buildPodCredentials, type PodCredentials } from "./pod-credentials";
import { buildServiceAccount } from "./service-account";
import { roleBindingViolations } from "../add-ons/webhook-map";

/** What the smoke test tries. */
export interface SmokeTestProps {
  readonly region: string;
  /**
   * Whether the region is newer than this release, and named on purpose.
   * @default false
   */
  readonly skipRegionValidation?: boolean;
  /** The role whose trust policy names the ServiceAccount below. */
  readonly roleArn: string;
  /** @default "irsa-smoke-test" */
  readonly namespace?: string;
  /** @default "irsa-smoke-test" */
  readonly serviceAccountName?: string;
  /**
   * A bucket to list, which the role must allow.
   * @default - only the identity is asked for
   */
  readonly bucket?: string;
  /**
   * The webhook gives the pod its role; `false` writes role and token into the pod.
   * @default true
   */
  readonly webhook?: boolean;
  /**
   * The namespace is made too, under the Pod Security standard `restricted`.
   * @default true
   */
  readonly createNamespace?: boolean;
  /**
   * The audience of the token.
   * @default "sts.amazonaws.com"
   */
  readonly audience?: string;
  /**
   * Prefix of the annotations, as the webhook was installed with.
   * @default "eks.amazonaws.com"
   */
  readonly annotationPrefix?: string;
  /** @default - the AWS CLI, pinned */
  readonly image?: string;
}

const name = "irsa-smoke-test";
const nobody = 65_534;

/**
 * A Job that asks AWS who it is, and lists a bucket. A Job does not change once made: delete it to run
 * it again.
 *
 * @returns Namespace, ServiceAccount and Job
 * @throws {InvalidPropsError} one violation for each rule violated
 * @see {@link https://docs.aws.amazon.com/cli/latest/reference/sts/get-caller-identity.html get-caller-identity}
 *
 * @example
 * formatYaml(
 *   buildSmokeTest({
 *     region: "eu-central-1",
 *     roleArn: "arn:aws:iam::111122223333:role/prod-irsa-smoke-test",
 *     createNamespace: true,
 *   }),
 * );
 */
export function buildSmokeTest(props: SmokeTestProps): object[] {
  const { namespace = name, serviceAccountName = name, webhook = true } = props;
  const binding = { ...props, namespace, serviceAccountName };
  const { annotationPrefix = defaultAnnotationPrefix, bucket, image = awsCliImage } = props;
  assertValid([
    ...checkRegion(["region"], props.region, props.skipRegionValidation),
    ...roleBindingViolations(binding),
    ...checkText(["annotationPrefix"], annotationPrefix, annotationPrefixRules),
    ...(bucket === undefined ? [] : checkText(["bucket"], bucket, bucketNameRules)),
    ...checkText(["image"], image, imageRules),
  ]);
  return [
    ...(props.createNamespace === false ? [] : [restrictedNamespace(namespace)]),
    webhook ? buildServiceAccount(binding) : plainServiceAccount(namespace, serviceAccountName),
    job(binding, webhook ? undefined : buildPodCredentials(props)),
  ];
}

function plainServiceAccount(namespace: string, serviceAccountName: string): object {
  return {
    apiVersion: "v1",
    kind: "ServiceAccount",
    metadata: { name: serviceAccountName, namespace },
  };
}

function restrictedNamespace(namespace: string): object {
  const labels = { "pod-security.kubernetes.io/enforce": "restricted" };
  return { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace, labels } };
}

function job(
  { bucket, image = awsCliImage, namespace, region, serviceAccountName }: SmokeTestProps,
  credentials: PodCredentials | undefined,
): object {
  const written = credentials ?? {
    env: [{ name: "AWS_REGION", value: region }],
    volumeMounts: [],
    volumes: [],
  };
  const identity = container("caller-identity", image, ["sts", "get-caller-identity"], written);
  const containers =
    bucket === undefined
      ? { containers: [identity] }
      : {
          initContainers: [identity],
          containers: [container("list-bucket", image, ["s3", "ls", `s3://${bucket}`], written)],
        };
  return {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: { name, namespace },
    spec: {
      activeDeadlineSeconds: 300,
      backoffLimit: 1,
      ttlSecondsAfterFinished: 86_400,
      template: {
        metadata: { labels: { "app.kubernetes.io/name": name } },
        spec: {
          serviceAccountName,
          automountServiceAccountToken: false,
          restartPolicy: "Never",
          securityContext: {
            fsGroup: nobody,
            runAsGroup: nobody,
            runAsNonRoot: true,
            runAsUser: nobody,
            seccompProfile: { type: "RuntimeDefault" },
          },
          ...containers,
          volumes: [{ name: "home", emptyDir: {} }, ...written.volumes],
        },
      },
    },
  };
}

function container(
  containerName: string,
  image: string,
  args: readonly string[],
  credentials: PodCredentials,
): object {
  return {
    name: containerName,
    image,
    args,
    env: [
      { name: "HOME", value: "/home/aws" },
      { name: "AWS_EC2_METADATA_DISABLED", value: "true" },
      { name: "AWS_PAGER", value: "" },
      ...credentials.env,
    ],
    resources: {
      requests: { cpu: "50m", memory: "128Mi" },
      limits: { memory: "256Mi" },
    },
    securityContext: {
      allowPrivilegeEscalation: false,
      capabilities: { drop: ["ALL"] },
      readOnlyRootFilesystem: true,
    },
    volumeMounts: [{ name: "home", mountPath: "/home/aws" }, ...credentials.volumeMounts],
  };
}
