import { podIdentityWebhookChart } from "./chart-versions";
import {
  annotationPrefixRules,
  assertValid,
  audienceRules,
  checkEach,
  checkRegion,
  checkRange,
  checkText,
  namespaceRules,
  replicaCountRule,
  tokenExpirationRule,
  type Violation,
} from "../../validation";
import {
  defaultAnnotationPrefix,
  defaultTokenExpiration,
  nobody,
  stsAudience,
  tokenMountPath,
} from "../constants";
import type { Release } from "./release";
import { type RoleBinding, roleBindingsViolations, buildWebhookMap } from "./webhook-map";

/** What happens to a new pod while the webhook does not answer. */
export type FailurePolicy = "Ignore" | "Fail";

/** How many of the webhook's replicas a drain leaves. */
export type DisruptionBudget =
  | { readonly minAvailable: number; readonly maxUnavailable?: never }
  | { readonly maxUnavailable: number; readonly minAvailable?: never };

/** How the webhook is installed. */
export interface PodIdentityWebhookProps {
  /** The region that pods get as `AWS_REGION`; the chart's own default is `us-east-1`. */
  readonly region: string;
  /**
   * Whether the region is newer than this release, and named on purpose.
   * @default false
   */
  readonly skipRegionValidation?: boolean;
  /**
   * The audience of the tokens.
   * @default "sts.amazonaws.com"
   */
  readonly audience?: string;
  /**
   * Pods call STS in their own region.
   * @default true
   */
  readonly stsRegionalEndpoint?: boolean;
  /**
   * Lifetime of the tokens in seconds, from 600 to 86400.
   * @default 86400
   */
  readonly tokenExpiration?: number;
  /**
   * What happens to a new pod while the webhook does not answer, see {@link failurePolicyConsequence}.
   * @default "Ignore"
   */
  readonly failurePolicy?: FailurePolicy;
  /**
   * Namespaces whose pods never wait for the webhook, and never get credentials from it.
   * @default - none under `Ignore`; `kube-system` and the namespaces of webhook and cert-manager under `Fail`
   */
  readonly excludedNamespaces?: readonly string[];
  /**
   * The namespace to install to.
   * @default "pod-identity-webhook"
   */
  readonly namespace?: string;
  /**
   * The release that issues the webhook's certificate.
   * @default - cert-manager is there already, in the namespace `cert-manager`
   */
  readonly certManager?: Release;
  /** @default 2 */
  readonly replicaCount?: number;
  /**
   * Needs two replicas or more.
   * @default - `maxUnavailable: 1` with two replicas or more
   */
  readonly podDisruptionBudget?: DisruptionBudget;
  /**
   * Prefix of the annotations that the webhook looks for.
   * @default "eks.amazonaws.com"
   */
  readonly annotationPrefix?: string;
  /**
   * Roles of ServiceAccounts, as the webhook's map instead of annotations.
   * @default - annotations alone
   */
  readonly roleBindings?: readonly RoleBinding[];
}

/**
 * The consequence of each failure policy, to be read before one is chosen.
 *
 * @example
 * console.warn(failurePolicyConsequence.Fail);
 */
export const failurePolicyConsequence: Readonly<Record<FailurePolicy, string>> = {
  Ignore:
    "Ignore: while the webhook does not answer, pods start without AWS credentials, and only the calls that fail show it; such pods stay so until they are deleted.",
  Fail: "Fail: while the webhook does not answer, no pod starts outside the excluded namespaces; and pods inside them never get credentials from the webhook.",
};

/**
 * The webhook that gives pods their role and token, with every value written out.
 *
 * @throws {InvalidPropsError} one violation for each rule violated
 * @see {@link https://github.com/jkroepke/helm-charts/tree/main/charts/amazon-eks-pod-identity-webhook the chart}
 * @see {@link https://kubernetes.io/docs/concepts/cluster-administration/admission-webhooks-good-practices/ Admission webhook good practices}
 *
 * @example
 * const { values } = buildPodIdentityWebhookRelease({ region: "eu-central-1", tokenExpiration: 3600 });
 */
export function buildPodIdentityWebhookRelease(props: PodIdentityWebhookProps): Release {
  const { namespace = "pod-identity-webhook", failurePolicy = "Ignore", replicaCount = 2 } = props;
  const needed = bootNamespaces(namespace, props.certManager);
  const excluded = props.excludedNamespaces ?? (failurePolicy === "Fail" ? needed : []);
  assertValid(violations(props, namespace, { needed, excluded }));
  return {
    chart: podIdentityWebhookChart,
    name: podIdentityWebhookChart.name,
    namespace,
    values: {
      config: config(props),
      mutatingWebhook: { failurePolicy, namespaceSelector: namespaceSelector(excluded) },
      pki: { certManager: { enabled: true } },
      replicaCount,
      podDisruptionBudget: podDisruptionBudget(replicaCount, props.podDisruptionBudget),
      affinity: spreadOverNodes,
      priorityClassName: "system-cluster-critical",
      resources: { requests: { cpu: "10m", memory: "32Mi" }, limits: { memory: "128Mi" } },
      securityContext: {
        allowPrivilegeEscalation: false,
        capabilities: { drop: ["ALL"] },
        readOnlyRootFilesystem: true,
        runAsGroup: nobody,
        runAsNonRoot: true,
        runAsUser: nobody,
      },
      podSecurityContext: { seccompProfile: { type: "RuntimeDefault" } },
    },
    comments: { "mutatingWebhook.failurePolicy": failurePolicyConsequence[failurePolicy] },
    ...(props.certManager !== undefined && { dependsOn: props.certManager }),
  };
}

/** Without pods of these a cluster cannot bring the webhook back. */
function bootNamespaces(namespace: string, certManager: Release | undefined): string[] {
  return [...new Set(["kube-system", certManager?.namespace ?? "cert-manager", namespace])].sort();
}

function config(props: PodIdentityWebhookProps): object {
  return {
    annotationPrefix: props.annotationPrefix ?? defaultAnnotationPrefix,
    defaultAwsRegion: props.region,
    stsRegionalEndpoint: props.stsRegionalEndpoint ?? true,
    tokenAudience: props.audience ?? stsAudience,
    tokenExpiration: props.tokenExpiration ?? defaultTokenExpiration,
    tokenMountPath,
    podIdentityWebhookMap:
      props.roleBindings === undefined
        ? { enabled: false }
        : { enabled: true, data: buildWebhookMap(props.roleBindings) },
  };
}

function namespaceSelector(excluded: readonly string[]): object {
  if (excluded.length === 0) return {};
  return {
    matchExpressions: [
      { key: "kubernetes.io/metadata.name", operator: "NotIn", values: [...excluded] },
    ],
  };
}

function podDisruptionBudget(replicas: number, budget?: DisruptionBudget): object {
  return replicas > 1
    ? { enabled: true, ...(budget ?? { maxUnavailable: 1 }) }
    : { enabled: false };
}

const spreadOverNodes = {
  podAntiAffinity: {
    preferredDuringSchedulingIgnoredDuringExecution: [
      {
        weight: 100,
        podAffinityTerm: {
          topologyKey: "kubernetes.io/hostname",
          labelSelector: {
            matchLabels: { "app.kubernetes.io/name": podIdentityWebhookChart.name },
          },
        },
      },
    ],
  },
};

function violations(
  props: PodIdentityWebhookProps,
  namespace: string,
  { needed, excluded }: Record<"needed" | "excluded", readonly string[]>,
): Violation[] {
  const { failurePolicy = "Ignore", roleBindings = [] } = props;
  const policies = Object.keys(failurePolicyConsequence);
  const missing = failurePolicy === "Fail" ? needed.filter((name) => !excluded.includes(name)) : [];
  return [
    ...checkRegion(["region"], props.region, props.skipRegionValidation),
    ...checkText(["audience"], props.audience ?? stsAudience, audienceRules),
    ...checkRange(["tokenExpiration"], props.tokenExpiration, tokenExpirationRule),
    ...(policies.includes(failurePolicy)
      ? []
      : [
          {
            path: ["failurePolicy"],
            rule: `must be ${policies.join(" or ")}`,
            given: failurePolicy,
          },
        ]),
    ...checkEach(["excludedNamespaces"], props.excludedNamespaces, namespaceRules),
    ...missing.map((name) => ({
      path: ["excludedNamespaces"],
      rule: `must contain ${name} under the failure policy Fail: a cluster that has lost the webhook could not start it again`,
    })),
    ...checkText(["namespace"], namespace, namespaceRules),
    ...checkRange(["replicaCount"], props.replicaCount, replicaCountRule),
    ...budgetViolations(props),
    ...checkText(
      ["annotationPrefix"],
      props.annotationPrefix ?? defaultAnnotationPrefix,
      annotationPrefixRules,
    ),
    ...roleBindingsViolations(roleBindings, ["roleBindings"]),
    ...excludedBindings(roleBindings, excluded),
  ];
}

/** ServiceAccounts that would get no credentials. */
function excludedBindings(
  bindings: readonly RoleBinding[],
  excluded: readonly string[],
): Violation[] {
  return bindings.flatMap(({ namespace, serviceAccountName }, index) =>
    excluded.includes(namespace)
      ? [
          {
            path: ["roleBindings", index, "namespace"],
            rule: `must not be one of {excludedNamespaces} (${excluded.join(", ")}), where the webhook changes no pod: ${namespace}/${serviceAccountName} would get no credentials; write the token into the pod instead`,
            given: namespace,
          },
        ]
      : [],
  );
}

function budgetViolations(props: PodIdentityWebhookProps): Violation[] {
  const { podDisruptionBudget: budget, replicaCount = 2 } = props;
  if (budget === undefined) return [];
  const path = ["podDisruptionBudget"];
  if (replicaCount < 2) {
    return [{ path, rule: "must be left out with one replica: no drain of its node would end" }];
  }
  const { minAvailable, maxUnavailable } = budget;
  return [
    ...checkRange([...path, "maxUnavailable"], maxUnavailable, replicaCountRule),
    ...checkRange([...path, "minAvailable"], minAvailable, replicaCountRule),
    ...(minAvailable === undefined || minAvailable < replicaCount
      ? []
      : [
          {
            path: [...path, "minAvailable"],
            rule: `must be less than {replicaCount} (${replicaCount}): no drain would end`,
            given: minAvailable,
          },
        ]),
  ];
}
