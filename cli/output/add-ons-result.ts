import { join } from "node:path";
import {
  argoCdApplications,
  fluxManifests,
  helmCommands,
  type Release,
  toYaml,
  valuesFile,
} from "../../modules/cluster";
import { type OutputFile, writeFiles } from "./files";
import { writeResult } from "./result";

/** How add-ons are installed. */
export type AddOnsWay = "helm" | "flux" | "argo-cd";

export const addOnsWays: readonly AddOnsWay[] = ["helm", "flux", "argo-cd"];

/**
 * Writes releases: for Helm values files, and on standard output the commands; else manifests.
 *
 * @param directory needed for Helm; manifests go to standard output without it
 */
export function writeAddOns(
  releases: readonly Release[],
  way: AddOnsWay,
  directory: string | undefined,
): void {
  if (way === "helm") {
    writeHelm(releases, directory ?? ".");
    return;
  }
  const text =
    way === "flux"
      ? manifestsText(fluxManifests(releases), releases, "spec.values")
      : manifestsText(argoCdApplications(releases), releases, "spec.source.helm.valuesObject");
  writeResult(text, { out: directory && join(directory, `${way}.yaml`) });
}

function writeHelm(releases: readonly Release[], directory: string): void {
  const files: Record<string, OutputFile> = {};
  for (const release of releases) {
    files[valuesFile(release)] = { text: toYaml(release.values, release.comments) };
  }
  const paths = writeFiles(directory, files);
  console.error(paths.map((path) => `Wrote ${path}`).join("\n"));
  process.stdout.write(`cd ${quoted(directory)}\n\n${helmCommands(releases)}`);
}

/** Manifests with the releases' comments above their values. */
function manifestsText(
  manifests: readonly object[],
  releases: readonly Release[],
  valuesPath: string,
): string {
  const comments = Object.fromEntries(
    releases
      .flatMap((release) => Object.entries(release.comments ?? {}))
      .map(([path, comment]) => [`${valuesPath}.${path}`, comment]),
  );
  return manifests.map((manifest) => toYaml(manifest, comments)).join("---\n");
}

/** A path as a word of the shell. */
function quoted(path: string): string {
  const text = path.startsWith("-") ? `./${path}` : path;
  return /^[\w./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
