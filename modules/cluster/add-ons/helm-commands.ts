import { type Release, nameValuesFile } from "./release";

/**
 * The commands that install releases with the Helm CLI, in an order that meets their dependencies.
 * They may be run again: what is there is upgraded.
 *
 * @param releases their values lie in files named by `nameValuesFile`
 * @see {@link https://helm.sh/docs/helm/helm_upgrade/ helm upgrade}
 *
 * @example
 * console.log(formatHelmCommands([buildCertManagerRelease()]));
 */
export function formatHelmCommands(releases: readonly Release[]): string {
  return inOrder(releases).map(command).join("\n");
}

/** Releases with each after the one it depends on. */
export function inOrder(releases: readonly Release[]): Release[] {
  const ordered = new Set<Release>();
  const add = (release: Release): void => {
    if (release.dependsOn !== undefined && releases.includes(release.dependsOn)) {
      add(release.dependsOn);
    }
    ordered.add(release);
  };
  releases.forEach(add);
  return [...ordered];
}

function command(release: Release): string {
  const { chart, name, namespace } = release;
  const options = [
    `--repo ${chart.repository}`,
    `--version ${chart.version}`,
    `--namespace ${namespace} --create-namespace`,
    `--values ${nameValuesFile(release)}`,
    "--wait",
  ];
  return [`helm upgrade --install ${name} ${chart.name}`, ...options].join(" \\\n  ").concat("\n");
}
