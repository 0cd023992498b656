import { join } from "node:path";
import {
  buildArgoCdApplications,
  buildFluxManifests,
  formatHelmCommands,
  type Release,
  formatYaml,
  nameValuesFile,
} from "../../modules/cluster";
import type { AddOnsWay } from "../input/choices";
import type { OutOptions } from "../input/shared-options";
import type { Host } from "../io/host";
import { presentable } from "../io/presentable";
import { formatJson, writeResult, writeText } from "./result";
import { shellWord } from "./shell-word";
import { type OutputFile, writeFiles } from "./write-files";

/**
 * Writes releases: for Helm values files, and on standard output the commands; else manifests.
 *
 * @param options `out` is a directory, needed for Helm without `json`; manifests go to standard output
 * without it
 */
export async function writeAddOns(
  releases: readonly Release[],
  way: AddOnsWay,
  options: OutOptions,
  host: Host,
): Promise<void> {
  const { out: directory } = options;
  if (way === "helm") {
    await writeHelm(releases, options, host);
    return;
  }
  const [manifests, valuesPath] =
    way === "flux"
      ? [buildFluxManifests(releases), "spec.values"]
      : [buildArgoCdApplications(releases), "spec.source.helm.valuesObject"];
  const fileOptions = (extension: string) => ({
    ...options,
    out: directory && join(directory, `${way}.${extension}`),
  });
  if (options.json === true) await writeResult({ objects: manifests }, fileOptions("json"), host);
  else await writeText(manifestsText(manifests, releases, valuesPath), fileOptions("yaml"), host);
}

async function writeHelm(
  releases: readonly Release[],
  { out: directory, ...options }: OutOptions,
  host: Host,
): Promise<void> {
  const files: Record<string, OutputFile> = {};
  for (const release of releases) {
    files[nameValuesFile(release)] = { text: formatYaml(release.values, release.comments) };
  }
  const written = directory === undefined ? [] : writeFiles(host, directory, files, options);
  if (options.json === true) {
    await host.print(formatJson({ releases: releases.map(describe), written }));
    return;
  }
  await host.note(written.map((path) => `Wrote ${presentable(path)}`).join("\n"));
  await host.print(`cd ${quoted(directory ?? ".")}\n\n${formatHelmCommands(releases)}`);
}

/** What a program needs to install a release. */
function describe({ name, namespace, chart, values }: Release): object {
  return { name, namespace, chart, values };
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
  return manifests.map((manifest) => formatYaml(manifest, comments)).join("---\n");
}

/** A path as a word of the shell. */
function quoted(path: string): string {
  return shellWord(path.startsWith("-") ? `./${path}` : path);
}
