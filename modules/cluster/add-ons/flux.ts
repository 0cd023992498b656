import { inOrder } from "./helm-commands";
import type { Release } from "./release";

const fluxNamespace = "flux-system";

/**
 * Releases for Flux: a HelmRepository for each chart repository, a HelmRelease for each release.
 *
 * @see {@link https://fluxcd.io/flux/components/helm/helmreleases/ HelmRelease}
 * @see {@link https://fluxcd.io/flux/components/source/helmrepositories/ HelmRepository}
 *
 * @example
 * formatYaml(buildFluxManifests([buildCertManagerRelease()]));
 */
export function buildFluxManifests(releases: readonly Release[]): object[] {
  const charts = new Map(releases.map(({ chart }) => [chart.repository, chart]));
  const repositories = [...charts.values()].map(({ repository, repositoryName }) => ({
    apiVersion: "source.toolkit.fluxcd.io/v1",
    kind: "HelmRepository",
    metadata: { name: repositoryName, namespace: fluxNamespace },
    spec: { interval: "24h", url: repository },
  }));
  return [...repositories, ...inOrder(releases).map((release) => helmRelease(release, releases))];
}

function helmRelease(release: Release, releases: readonly Release[]): object {
  const { chart, name, namespace, values, dependsOn } = release;
  return {
    apiVersion: "helm.toolkit.fluxcd.io/v2",
    kind: "HelmRelease",
    metadata: { name, namespace: fluxNamespace },
    spec: {
      interval: "1h",
      releaseName: name,
      targetNamespace: namespace,
      storageNamespace: namespace,
      chart: {
        spec: {
          chart: chart.name,
          version: chart.version,
          sourceRef: { kind: "HelmRepository", name: chart.repositoryName },
        },
      },
      ...(dependsOn !== undefined &&
        releases.includes(dependsOn) && { dependsOn: [{ name: dependsOn.name }] }),
      install: { createNamespace: true, remediation: { retries: 3 } },
      upgrade: { remediation: { retries: 3 } },
      values,
    },
  };
}
