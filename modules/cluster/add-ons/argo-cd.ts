import { inOrder } from "./helm-commands";
import type { Release } from "./release";

/** Where Argo CD is, and under which project. */
export interface ArgoCdProps {
  /** @default "argocd" */
  readonly namespace?: string;
  /** @default "default" */
  readonly project?: string;
}

/**
 * Releases for Argo CD: an Application each, in sync waves that meet their dependencies when one
 * parent application holds them.
 *
 * @see {@link https://argo-cd.readthedocs.io/en/stable/user-guide/helm/ Helm in Argo CD}
 *
 * @example
 * const certManager = buildCertManagerRelease();
 * const webhook = buildPodIdentityWebhookRelease({ region: "eu-central-1", certManager });
 * formatYaml(buildArgoCdApplications([certManager, webhook], { project: "platform" }));
 */
export function buildArgoCdApplications(
  releases: readonly Release[],
  props: ArgoCdProps = {},
): object[] {
  const { namespace = "argocd", project = "default" } = props;
  return inOrder(releases).map((release, index) => ({
    apiVersion: "argoproj.io/v1alpha1",
    kind: "Application",
    metadata: {
      name: release.name,
      namespace,
      annotations: { "argocd.argoproj.io/sync-wave": String(index) },
    },
    spec: {
      project,
      source: {
        repoURL: release.chart.repository,
        chart: release.chart.name,
        targetRevision: release.chart.version,
        helm: { releaseName: release.name, valuesObject: release.values },
      },
      destination: { server: "https://kubernetes.default.svc", namespace: release.namespace },
      syncPolicy: {
        automated: { prune: true, selfHeal: true },
        syncOptions: ["CreateNamespace=true", "ServerSideApply=true"],
        retry: { limit: 5, backoff: { duration: "10s", factor: 2, maxDuration: "3m" } },
      },
      ignoreDifferences: [injectedCa],
    },
  }));
}

/** cert-manager writes the CA into webhooks that the chart leaves without one. */
const injectedCa = {
  group: "admissionregistration.k8s.io",
  kind: "MutatingWebhookConfiguration",
  jqPathExpressions: [".webhooks[]?.clientConfig.caBundle"],
};
