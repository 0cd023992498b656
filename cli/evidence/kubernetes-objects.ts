import { z } from "zod";

/**
 * What is read of the objects of the Kubernetes API; everything else is left out. The API writes an empty
 * list as null, or not at all.
 *
 * @see {@link https://kubernetes.io/docs/reference/kubernetes-api/ Kubernetes API}
 */
const list = <T extends z.ZodType>(item: T) => z.preprocess((value) => value ?? [], z.array(item));
const optional = <T extends z.ZodType>(type: T) =>
  z.preprocess((value) => value ?? undefined, type.optional());
const strings = z.preprocess((value) => value ?? {}, z.record(z.string(), z.string()));

const metadata = z.object({
  name: z.preprocess((value) => value ?? "", z.string()),
  namespace: optional(z.string()),
  labels: strings,
  annotations: strings,
  creationTimestamp: optional(z.string()),
  managedFields: list(z.object({ time: optional(z.string()), fieldsV1: z.unknown() })),
});

const namedReference = optional(z.object({ name: optional(z.string()) }));

const container = z.object({
  name: z.string(),
  image: optional(z.string()),
  command: list(z.string()),
  args: list(z.string()),
  env: list(
    z.object({ name: z.string(), value: optional(z.string()), valueFrom: optional(z.unknown()) }),
  ),
  envFrom: list(z.object({ secretRef: namedReference, configMapRef: namedReference })),
  volumeMounts: list(z.object({ name: z.string(), mountPath: z.string() })),
  securityContext: optional(z.object({ runAsUser: optional(z.number()) })),
});

const projectedSource = z.object({
  serviceAccountToken: optional(
    z.object({
      path: z.string(),
      audience: optional(z.string()),
      expirationSeconds: optional(z.number()),
    }),
  ),
});

const volume = z.object({
  name: z.string(),
  secret: optional(z.object({ secretName: optional(z.string()) })),
  projected: optional(
    z.object({ defaultMode: optional(z.number()), sources: list(projectedSource) }),
  ),
});

const containerStatus = z.object({
  restartCount: z.preprocess((value) => value ?? 0, z.number()),
  state: optional(z.object({ waiting: optional(z.object({ reason: optional(z.string()) })) })),
});

export const podSchema = z.object({
  metadata,
  spec: z.object({
    serviceAccountName: optional(z.string()),
    hostNetwork: optional(z.boolean()),
    securityContext: optional(
      z.object({ fsGroup: optional(z.number()), runAsUser: optional(z.number()) }),
    ),
    initContainers: list(container),
    containers: list(container),
    volumes: list(volume),
  }),
  status: optional(
    z.object({
      phase: optional(z.string()),
      conditions: list(z.object({ type: z.string(), status: z.string() })),
      containerStatuses: list(containerStatus),
    }),
  ),
});
export type Pod = z.output<typeof podSchema>;

export const podListSchema = z.object({ items: list(podSchema) });

export const serviceAccountSchema = z.object({ metadata });
export type ServiceAccount = z.output<typeof serviceAccountSchema>;

export const namespaceSchema = z.object({ metadata });

export const versionSchema = z.object({ major: z.string(), minor: z.string() });

export const endpointSliceListSchema = z.object({
  items: list(
    z.object({
      addressType: optional(z.string()),
      endpoints: list(
        z.object({
          addresses: list(z.string()),
          conditions: optional(z.object({ ready: optional(z.boolean()) })),
        }),
      ),
      ports: list(z.object({ name: optional(z.string()), port: optional(z.number()) })),
    }),
  ),
});

export const serviceSchema = z.object({ spec: z.object({ selector: strings }) });

const webhook = z.object({
  name: z.string(),
  failurePolicy: optional(z.enum(["Fail", "Ignore"])),
  namespaceSelector: z.unknown(),
  objectSelector: z.unknown(),
  rules: list(z.object({ operations: list(z.string()), resources: list(z.string()) })),
  clientConfig: z.object({
    url: optional(z.string()),
    caBundle: optional(z.string()),
    service: optional(z.object({ namespace: z.string(), name: z.string() })),
  }),
});
export type Webhook = z.output<typeof webhook>;

export const webhookConfigurationListSchema = z.object({
  items: list(z.object({ metadata, webhooks: list(webhook) })),
});
export type WebhookConfiguration = z.output<typeof webhookConfigurationListSchema>["items"][number];

export const tokenRequestSchema = z.object({ status: z.object({ token: z.string() }) });
