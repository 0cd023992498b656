import type { NamespaceEvidence, ServiceAccountEvidence } from "../../modules/diagnosis";
import { type ClusterConnection, NotFound } from "./cluster-connection";
import { namespaceSchema, type ServiceAccount, serviceAccountSchema } from "./kubernetes-objects";
import { isWebhookAnnotation, type ObjectName, webhookAnnotations } from "./object-name";

/** Reads a ServiceAccount, or that it does not exist. */
export async function collectServiceAccount(
  cluster: ClusterConnection,
  { namespace, name }: ObjectName,
): Promise<ServiceAccountEvidence> {
  const path = `/api/v1/namespaces/${namespace}/serviceaccounts/${name}`;
  const request = { path, permission: "get serviceaccounts", namespace };
  try {
    const { metadata } = await cluster.get(request, serviceAccountSchema);
    const { creationTimestamp: createdAt } = metadata;
    const annotatedAt = annotationTime(metadata);
    return {
      ...{ namespace, name, exists: true },
      annotations: webhookAnnotations(metadata.annotations),
      ...(createdAt !== undefined && { createdAt }),
      ...(annotatedAt !== undefined && { annotatedAt }),
    };
  } catch (error) {
    if (error instanceof NotFound) return { namespace, name, exists: false, annotations: {} };
    throw error;
  }
}

/** When a manager last wrote one of the webhook's annotations. */
function annotationTime({ managedFields }: ServiceAccount["metadata"]): string | undefined {
  const times = managedFields.flatMap(({ time, fieldsV1 }) => {
    const { "f:metadata": fields } = (fieldsV1 ?? {}) as Record<string, unknown>;
    const { "f:annotations": annotations } = (fields ?? {}) as Record<string, unknown>;
    const keys = Object.keys(annotations ?? {});
    const isWritten = keys.some((key) => isWebhookAnnotation(key.replace(/^f:/, "")));
    return isWritten && time !== undefined ? [time] : [];
  });
  return times.sort().at(-1);
}

/** Reads a namespace's labels. */
export async function collectNamespace(
  cluster: ClusterConnection,
  name: string,
): Promise<NamespaceEvidence> {
  const path = `/api/v1/namespaces/${name}`;
  const { metadata } = await cluster.get({ path, permission: "get namespaces" }, namespaceSchema);
  return { name, labels: metadata.labels };
}
