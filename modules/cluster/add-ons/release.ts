import type { Chart } from "./chart-versions";
import type { YamlComments } from "../manifests/yaml";

/** A Helm chart with the values and the place that it is installed with. */
export interface Release {
  readonly chart: Chart;
  /** The release's name. */
  readonly name: string;
  readonly namespace: string;
  readonly values: Readonly<Record<string, unknown>>;
  /**
   * What to say above a value, by its dotted path.
   * @default - nothing
   */
  readonly comments?: YamlComments;
  /**
   * The release that must be ready before this one.
   * @default - none
   */
  readonly dependsOn?: Release;
}

/**
 * Name of the file with a release's values.
 *
 * @example
 * nameValuesFile(buildCertManagerRelease()); // "cert-manager-values.yaml"
 */
export function nameValuesFile({ name }: Release): string {
  return `${name}-values.yaml`;
}

/**
 * Releases that are installed one after the other: each depends on the one before it.
 *
 * @example
 * chain([buildCertManagerRelease(), buildPodIdentityWebhookRelease({ region: "eu-central-1" })]);
 */
export function chain(releases: readonly Release[]): Release[] {
  const chained: Release[] = [];
  for (const release of releases) {
    chained.push({ ...release, dependsOn: chained.at(-1) ?? release.dependsOn });
  }
  return chained;
}
