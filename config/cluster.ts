import type { Path } from "../modules/validation";
import { checkCluster } from "./checks";
import { type Cluster, clusterProps } from "./cluster-props";
import { isInherited, withDefaults } from "./defaults";
import { readFiles, withAbsoluteFiles } from "./files";
import { get, isYamlMap, type YamlMap } from "./paths";
import type { Locate, PartReport, Report } from "./report";
import { type BackendConfig, type ClusterConfig, clusterSchema } from "./schema";
import { checkShape } from "./shape";
import { withoutTokens } from "./tokens";
import type { YamlSource } from "./yaml-source";

/** A cluster with what the checks between clusters need. */
export interface CheckedCluster {
  readonly cluster: Cluster;
  /** As it is written. */
  readonly config: ClusterConfig;
  readonly report: PartReport;
}

/** Where a cluster is written: in `clusters` of the main file, or in a file of its own. */
export interface ClusterSource {
  readonly source: YamlSource;
  readonly root: Path;
}

/** What clusters share, without what is at fault in it. */
export interface Defaults {
  readonly source: YamlSource;
  readonly value: YamlMap;
  /** Names of properties whose values are of no use. */
  readonly faulty: readonly string[];
}

/**
 * Reads a cluster with what it has from the defaults, and reports everything that is wrong with it by itself.
 *
 * @param fileBackend where the states of all clusters are kept that say nothing else
 * @returns undefined for what is not a map
 */
export async function readCluster(
  { source, root }: ClusterSource,
  defaults: Defaults,
  fileBackend: BackendConfig | undefined,
  whole: Report,
): Promise<CheckedCluster | undefined> {
  const own = get(source.value, root);
  const isDefault = (path: Path) => isInherited(own, defaults.value, path);
  const origin = (path: Path): [YamlSource, Path] => {
    if (isDefault(path)) return [defaults.source, ["defaults", ...path]];
    const isOfFile = path[0] === "backend" && get(own, ["backend"]) === undefined;
    return isOfFile ? [defaults.source, path] : [source, [...root, ...path]];
  };
  const locate: Locate = (path, isAboutKey) => {
    const [file, place] = origin(path);
    return { ...file.place(place, isAboutKey), path: place };
  };
  const report = whole.part(locate);
  const { value, violations } = withoutTokens(own);
  report.fault(...violations);
  report.ignore(...defaults.faulty.map((name) => [name]));
  const shape = checkShape(
    clusterSchema,
    isYamlMap(value) ? withDefaults(value, defaults.value) : value,
  );
  report.fault(...shape.violations);
  if (shape.value === undefined) return undefined;

  const config = shape.value;
  const resolveFile = (name: string, path: Path) =>
    (isDefault(path) ? defaults.source : source).resolve(name);
  const files = await readFiles(config, resolveFile, report);
  const cluster = clusterProps(withAbsoluteFiles(config, resolveFile), files, fileBackend);
  checkCluster(config, cluster, report);
  return { cluster, config, report };
}
