import type { HookEvidence, WebhookEvidence, WebhookPodEvidence } from "../../modules/diagnosis";
import { presentable } from "../io/presentable";
import { certificatesOfPem } from "./certificate";
import type { ClusterConnection } from "./cluster-connection";
import {
  endpointSliceListSchema,
  type Pod,
  podListSchema,
  serviceSchema,
  type Webhook,
  webhookConfigurationListSchema,
  type WebhookConfiguration,
} from "./kubernetes-objects";
import { formatObjectName, type ObjectName } from "./object-name";

/** How the webhook is called where it is deployed by a chart, by kOps, OpenShift, EKS or its own manifests. */
const knownNames = /pod-identity-webhook|iam-for-pods\.amazonaws\.com/;

/** Arguments that no other webhook for pods has. */
const ownArguments =
  /^--(annotation-prefix|token-audience|sts-regional-endpoint|watch-config-map)\b/;

/** More webhooks for new pods than any cluster has. */
const maxCandidates = 30;

/**
 * Finds the pod identity webhook among those that change new pods, by its name or by what serves it, and what
 * it depends on: Service, pods, certificate.
 */
export async function collectWebhook(cluster: ClusterConnection): Promise<WebhookEvidence> {
  const { items } = await cluster.get(
    {
      path: "/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations",
      permission: "list mutatingwebhookconfigurations.admissionregistration.k8s.io",
    },
    webhookConfigurationListSchema,
  );
  const candidates = items
    .flatMap((configuration) =>
      configuration.webhooks.map((webhook) => ({ configuration, webhook })),
    )
    .filter(({ webhook }) => webhook.rules.some(changesNewPods))
    .slice(0, maxCandidates);
  const inspected = await Promise.all(
    candidates.map(async (candidate) => inspect(cluster, candidate)),
  );
  return { hooks: inspected.filter((each) => each !== undefined) };
}

function changesNewPods({ operations, resources }: Webhook["rules"][number]): boolean {
  const includes = (values: readonly string[], ...wanted: string[]) =>
    wanted.some((value) => values.includes(value));
  return includes(operations, "CREATE", "*") && includes(resources, "pods", "*", "*/*");
}

interface Candidate {
  readonly configuration: WebhookConfiguration;
  readonly webhook: Webhook;
}

/** @returns undefined for another webhook */
async function inspect(
  cluster: ClusterConnection,
  { configuration, webhook }: Candidate,
): Promise<HookEvidence | undefined> {
  const name = `${configuration.metadata.name}/${webhook.name}`;
  const { service, caBundle = "" } = webhook.clientConfig;
  const pods = service === undefined ? [] : await podsOf(cluster, service).catch(() => []);
  if (!knownNames.test(name) && !pods.some(isOwnPod)) return undefined;
  const { creationTimestamp: createdAt } = configuration.metadata;
  const { namespaceSelector, objectSelector } = webhook;
  const readyEndpoints =
    service === undefined ? undefined : await readyEndpointsOf(cluster, service);
  const certificate =
    service === undefined ? undefined : await certificateOf(cluster, service.namespace, pods);
  return {
    name,
    failurePolicy: webhook.failurePolicy ?? "Fail",
    ...(createdAt !== undefined && { createdAt }),
    ...(isSelective(namespaceSelector) && { namespaceSelector }),
    ...(isSelective(objectSelector) && { objectSelector }),
    authorities: certificatesOfPem(Buffer.from(caBundle, "base64").toString()),
    ...(service !== undefined && { service: formatObjectName(service) }),
    ...(readyEndpoints !== undefined && { readyEndpoints }),
    pods: pods.map(webhookPod),
    ...(certificate !== undefined && { certificate }),
  };
}

function isSelective(selector: unknown): boolean {
  return typeof selector === "object" && selector !== null && Object.keys(selector).length > 0;
}

async function podsOf(
  cluster: ClusterConnection,
  { namespace, name }: ObjectName,
): Promise<readonly Pod[]> {
  const { spec } = await cluster.get(
    {
      path: `/api/v1/namespaces/${namespace}/services/${name}`,
      permission: "get services",
      namespace,
    },
    serviceSchema,
  );
  const labels = Object.entries(spec.selector).map(([key, value]) => `${key}=${value}`);
  if (labels.length === 0) return [];
  const selector = encodeURIComponent(labels.join(","));
  const path = `/api/v1/namespaces/${namespace}/pods?labelSelector=${selector}&limit=20`;
  const { items } = await cluster.get({ path, permission: "list pods", namespace }, podListSchema);
  return items;
}

/** @returns undefined when they cannot be read */
async function readyEndpointsOf(
  cluster: ClusterConnection,
  { namespace, name }: ObjectName,
): Promise<number | undefined> {
  const selector = encodeURIComponent(`kubernetes.io/service-name=${name}`);
  const path = `/apis/discovery.k8s.io/v1/namespaces/${namespace}/endpointslices?labelSelector=${selector}`;
  const permission = "list endpointslices.discovery.k8s.io";
  try {
    const { items } = await cluster.get({ path, permission, namespace }, endpointSliceListSchema);
    // The API takes a missing condition for ready.
    const ready = items
      .flatMap(({ endpoints }) => endpoints)
      .filter(({ conditions }) => conditions?.ready !== false);
    return ready.flatMap(({ addresses }) => addresses).length;
  } catch {
    return undefined;
  }
}

/** The certificate that the pods have mounted; the key that lies beside it is not read. */
async function certificateOf(
  { kubectl }: ClusterConnection,
  namespace: string,
  pods: readonly Pod[],
): Promise<HookEvidence["certificate"]> {
  const names = pods.flatMap(({ spec }) =>
    spec.volumes.flatMap(({ secret }) => secret?.secretName ?? []),
  );
  for (const name of new Set(names)) {
    try {
      const encoded = await kubectl.certificateOfSecret(namespace, name);
      const [certificate] = certificatesOfPem(Buffer.from(encoded, "base64").toString());
      if (certificate !== undefined) return certificate;
    } catch {
      continue;
    }
  }
  return undefined;
}

function isOwnPod({ spec }: Pod): boolean {
  return spec.containers.some(
    ({ image = "", command, args }) =>
      knownNames.test(image) || [...command, ...args].some((each) => ownArguments.test(each)),
  );
}

function webhookPod({ metadata, spec, status }: Pod): WebhookPodEvidence {
  const { conditions = [], containerStatuses = [] } = status ?? {};
  const [waiting] = containerStatuses.flatMap(({ state }) => state?.waiting?.reason ?? []);
  return {
    name: metadata.name,
    isReady: conditions.some(({ type, status: value }) => type === "Ready" && value === "True"),
    restarts: containerStatuses.reduce((sum, { restartCount }) => sum + restartCount, 0),
    ...(waiting !== undefined && { waiting }),
    args: spec.containers.flatMap(({ command, args }) =>
      [...command, ...args].filter(isFlagOrValue).map(presentable),
    ),
  };
}

/** `--flag`, `--flag=VALUE`, or the value after a `--flag`. */
function isFlagOrValue(arg: string, index: number, args: readonly string[]): boolean {
  return arg.startsWith("--") || /^--[^=]+$/.test(args[index - 1] ?? "");
}
