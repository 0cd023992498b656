import { assertNoViolations } from "../errors";
import {
  audienceRule,
  namespaceRule,
  optional,
  roleArnRule,
  serviceAccountNameRule,
  stsAudience,
  tokenExpirationRule,
} from "../rules";

/** A ServiceAccount and the role that its pods assume. */
export interface RoleBinding {
  /** In the webhook's map, `*` stands for every namespace. */
  readonly namespace: string;
  readonly serviceAccountName: string;
  readonly roleArn: string;
  /**
   * The audience of the pods' tokens, as the role's identity provider knows it.
   * @default "sts.amazonaws.com"
   */
  readonly audience?: string;
  /**
   * The pods call STS in their own region.
   * @default true
   */
  readonly stsRegionalEndpoints?: boolean;
  /**
   * Lifetime of the pods' tokens in seconds, from 600 to 86400.
   * @default - the webhook's
   */
  readonly tokenExpiration?: number;
}

/** An entry of the webhook's map, spelt as the webhook reads it. */
export interface WebhookMapEntry {
  readonly RoleARN: string;
  readonly Audience: string;
  readonly UseRegionalSTS: boolean;
  readonly TokenExpiration?: number;
}

/** Entries by `namespace/name`. */
export type WebhookMap = Readonly<Record<string, WebhookMapEntry>>;

/** The namespace of a map's entry that stands for every namespace. */
const anyNamespace = "*";

/** What is wrong with a binding. */
export function roleBindingViolations(binding: RoleBinding, prefix = ""): string[] {
  return [
    ...namespaceRule(`${prefix}namespace`, binding.namespace),
    ...serviceAccountNameRule(`${prefix}serviceAccountName`, binding.serviceAccountName),
    ...roleArnRule(`${prefix}roleArn`, binding.roleArn),
    ...optional(audienceRule, `${prefix}audience`, binding.audience),
    ...optional(tokenExpirationRule, `${prefix}tokenExpiration`, binding.tokenExpiration),
  ];
}

/** What is wrong with several bindings. */
export function roleBindingsViolations(bindings: readonly RoleBinding[], name: string): string[] {
  const keys = bindings.map(mapKey);
  return bindings.flatMap((binding, index) => [
    ...roleBindingViolations(inOneNamespace(binding), `${name}[${index}].`),
    ...(keys.indexOf(mapKey(binding)) === index
      ? []
      : [`'${name}[${index}]' must not repeat a ServiceAccount, got: ${mapKey(binding)}`]),
  ]);
}

/**
 * Roles of ServiceAccounts as the webhook's map, instead of annotations: the ServiceAccounts of other
 * people's charts need no change. Audience and regional STS are always written, because the webhook
 * fills in neither: an entry without an audience would get tokens of the Kubernetes API's own.
 *
 * @throws {ClusterConfigError} with every broken rule at once
 * @see {@link https://github.com/aws/amazon-eks-pod-identity-webhook#pod-identity-webhook-configmap pod-identity-webhook ConfigMap}
 */
export function webhookMap(bindings: readonly RoleBinding[]): WebhookMap {
  assertNoViolations(roleBindingsViolations(bindings, "roleBindings"));
  const entries = bindings.map((binding): [string, WebhookMapEntry] => [
    mapKey(binding),
    {
      RoleARN: binding.roleArn,
      Audience: binding.audience ?? stsAudience,
      UseRegionalSTS: binding.stsRegionalEndpoints ?? true,
      ...(binding.tokenExpiration !== undefined && { TokenExpiration: binding.tokenExpiration }),
    },
  ]);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** A binding for every namespace has the same rules otherwise. */
function inOneNamespace(binding: RoleBinding): RoleBinding {
  return binding.namespace === anyNamespace ? { ...binding, namespace: "any" } : binding;
}

function mapKey({ namespace, serviceAccountName }: RoleBinding): string {
  return `${namespace}/${serviceAccountName}`;
}
