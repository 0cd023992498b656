/** An object of a namespace. */
export interface ObjectName {
  readonly namespace: string;
  readonly name: string;
}

/** Reads `NAMESPACE/NAME`, each as Kubernetes takes it. */
export function parseObjectName(text: string): ObjectName | undefined {
  const label = "[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?";
  const pattern = new RegExp(`^(${label})/(${label}(?:\\.${label})*)$`);
  const [, namespace, name] = pattern.exec(text) ?? [];
  return namespace === undefined || name === undefined || name.length > 253
    ? undefined
    : { namespace, name };
}

/** `NAMESPACE/NAME` */
export function formatObjectName({ namespace, name }: ObjectName): string {
  return `${namespace}/${name}`;
}

/** What the webhook reads, after whichever prefix it is configured with. */
const annotationNames = [
  "role-arn",
  "audience",
  "sts-regional-endpoints",
  "token-expiration",
  "skip-containers",
];

/** The annotations that the webhook reads, and those that somebody meant for it: others may contain anything. */
export function webhookAnnotations(
  annotations: Readonly<Record<string, string>>,
): Record<string, string> {
  const own = Object.entries(annotations).filter(
    ([key, value]) =>
      isWebhookAnnotation(key) || /amazonaws|eks\./.test(key) || value.startsWith("arn:aws"),
  );
  return Object.fromEntries(own);
}

/** Whether the webhook reads an annotation. */
export function isWebhookAnnotation(key: string): boolean {
  const [, name = ""] = key.split("/");
  return annotationNames.includes(name);
}

/** The value of one of the webhook's annotations, with the usual prefix if it is there more than once. */
export function annotationOf(
  annotations: Readonly<Record<string, string>>,
  name: "role-arn" | "audience",
): string | undefined {
  const usual = annotations[`eks.amazonaws.com/${name}`];
  const [other] = Object.entries(annotations).filter(([key]) => key.endsWith(`/${name}`));
  return usual ?? other?.[1];
}
