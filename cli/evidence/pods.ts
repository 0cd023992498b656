import type {
  ContainerEvidence,
  PodEvidence,
  ProjectedTokenEvidence,
} from "../../modules/diagnosis";
import type { ClusterConnection } from "./cluster-connection";
import { type Pod, podListSchema, podSchema } from "./kubernetes-objects";
import { type ObjectName, webhookAnnotations } from "./object-name";

const maxPods = 50;

const ended = new Set(["Succeeded", "Failed"]);

/** Variables whose values contain no secret. */
const openVariables = new Set([
  "AWS_CA_BUNDLE",
  "AWS_CONFIG_FILE",
  "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
  "AWS_CONTAINER_CREDENTIALS_FULL_URI",
  "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
  "AWS_DEFAULT_REGION",
  "AWS_EC2_METADATA_DISABLED",
  "AWS_PROFILE",
  "AWS_REGION",
  "AWS_ROLE_ARN",
  "AWS_ROLE_SESSION_NAME",
  "AWS_SDK_LOAD_CONFIG",
  "AWS_SHARED_CREDENTIALS_FILE",
  "AWS_STS_REGIONAL_ENDPOINTS",
  "AWS_USE_DUALSTACK_ENDPOINT",
  "AWS_USE_FIPS_ENDPOINT",
  "AWS_WEB_IDENTITY_TOKEN_FILE",
]);

/** Reads one pod. @throws {NotCollected} it does not exist, or cannot be read */
export async function collectPod(
  cluster: ClusterConnection,
  { namespace, name }: ObjectName,
): Promise<PodEvidence> {
  const path = `/api/v1/namespaces/${namespace}/pods/${name}`;
  const pod = await cluster.get({ path, permission: "get pods", namespace }, podSchema);
  return podEvidence(pod, namespace);
}

/** Reads the pods of a ServiceAccount that have not ended, at most 50. */
export async function collectPods(
  cluster: ClusterConnection,
  { namespace, name }: ObjectName,
): Promise<readonly PodEvidence[]> {
  const path = `/api/v1/namespaces/${namespace}/pods?fieldSelector=spec.serviceAccountName%3D${name}&limit=${maxPods}`;
  const { items } = await cluster.get({ path, permission: "list pods", namespace }, podListSchema);
  const running = items.filter(({ status }) => !ended.has(status?.phase ?? ""));
  return running.map((pod) => podEvidence(pod, namespace));
}

/** What matters of a pod; nothing that may be secret. */
export function podEvidence({ metadata, spec }: Pod, namespace: string): PodEvidence {
  const { creationTimestamp, labels } = metadata;
  const { fsGroup, runAsUser } = spec.securityContext ?? {};
  return {
    namespace,
    name: metadata.name,
    serviceAccount: spec.serviceAccountName ?? "default",
    ...(creationTimestamp !== undefined && { createdAt: creationTimestamp }),
    isHostNetwork: spec.hostNetwork ?? false,
    labels,
    annotations: webhookAnnotations(metadata.annotations),
    ...(fsGroup !== undefined && { fsGroup }),
    ...(runAsUser !== undefined && { runAsUser }),
    containers: [
      ...spec.initContainers.map((container) => containerEvidence(container, true)),
      ...spec.containers.map((container) => containerEvidence(container, false)),
    ],
    projectedTokens: spec.volumes.flatMap(tokensOf),
  };
}

function containerEvidence(
  container: Pod["spec"]["containers"][number],
  isInit: boolean,
): ContainerEvidence {
  const { name, env, envFrom, volumeMounts, securityContext } = container;
  const { runAsUser } = securityContext ?? {};
  const variables = env
    .filter((variable) => variable.name.startsWith("AWS_"))
    .map((variable) => [variable.name, valueOfVariable(variable)] as const);
  return {
    name,
    isInit,
    env: Object.fromEntries(variables),
    envFrom: envFrom.flatMap(({ secretRef, configMapRef }) => [
      ...(secretRef?.name === undefined ? [] : [`secret/${secretRef.name}`]),
      ...(configMapRef?.name === undefined ? [] : [`configMap/${configMapRef.name}`]),
    ]),
    mounts: Object.fromEntries(volumeMounts.map((mount) => [mount.name, mount.mountPath])),
    ...(runAsUser !== undefined && { runAsUser }),
  };
}

function valueOfVariable({
  name,
  value,
  valueFrom,
}: Pod["spec"]["containers"][number]["env"][number]): string | true {
  return openVariables.has(name) && valueFrom === undefined ? (value ?? "") : true;
}

function tokensOf({ name, projected }: Pod["spec"]["volumes"][number]): ProjectedTokenEvidence[] {
  return (projected?.sources ?? []).flatMap(({ serviceAccountToken: token }) => {
    if (token === undefined) return [];
    const { path, audience, expirationSeconds } = token;
    const mode = projected?.defaultMode;
    return [
      {
        volume: name,
        path,
        ...(audience !== undefined && { audience }),
        ...(expirationSeconds !== undefined && { expirationSeconds }),
        ...(mode !== undefined && { mode }),
      },
    ];
  });
}
