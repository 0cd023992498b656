import {
  assertValid,
  audienceRules,
  checkRange,
  checkText,
  namespaceRules,
  type Path,
  roleArnRules,
  serviceAccountNameRules,
  tokenExpirationRule,
  under,
  type Violation,
} from "../../validation";
import { stsAudience } from "../constants";

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

/** What the webhook's map takes as a namespace: every one. */
const everyNamespace = "*";

/** What is wrong with a binding. */
export function roleBindingViolations(binding: RoleBinding): Violation[] {
  return [
    ...checkText(["namespace"], binding.namespace, namespaceRules),
    ...checkText(["serviceAccountName"], binding.serviceAccountName, serviceAccountNameRules),
    ...checkText(["roleArn"], binding.roleArn, roleArnRules),
    ...checkText(["audience"], binding.audience ?? stsAudience, audienceRules),
    ...checkRange(["tokenExpiration"], binding.tokenExpiration, tokenExpirationRule),
  ];
}

/** What is wrong with several bindings of a map, whose namespaces may be `*`. */
export function roleBindingsViolations(bindings: readonly RoleBinding[], path: Path): Violation[] {
  const keys = bindings.map(mapKey);
  return bindings.flatMap((binding, index) => {
    const named = binding.namespace === everyNamespace ? { ...binding, namespace: "any" } : binding;
    return [
      ...under([...path, index], roleBindingViolations(named)),
      ...(keys.indexOf(mapKey(binding)) === index
        ? []
        : [
            {
              path: [...path, index],
              rule: "must not repeat a ServiceAccount",
              given: mapKey(binding),
            },
          ]),
    ];
  });
}

/**
 * Roles of ServiceAccounts as the webhook's map, instead of annotations: the ServiceAccounts of other
 * people's charts need no change. Audience and regional STS are always written, because the webhook
 * fills in neither: an entry without an audience would get tokens of the Kubernetes API's own.
 *
 * @throws {InvalidPropsError} one violation for each rule violated
 * @see {@link https://github.com/aws/amazon-eks-pod-identity-webhook#pod-identity-webhook-configmap pod-identity-webhook ConfigMap}
 *
 * @example
 * const map = buildWebhookMap([
 *   {
 *     namespace: "kube-system",
 *     serviceAccountName: "ebs-csi-controller-sa",
 *     roleArn: "arn:aws:iam::111122223333:role/prod-ebs-csi",
 *   },
 * ]);
 * Object.keys(map); // ["kube-system/ebs-csi-controller-sa"]
 */
export function buildWebhookMap(bindings: readonly RoleBinding[]): WebhookMap {
  assertValid(roleBindingsViolations(bindings, ["roleBindings"]));
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

function mapKey({ namespace, serviceAccountName }: RoleBinding): string {
  return `${namespace}/${serviceAccountName}`;
}
