import type { Cluster } from "../../config/cluster-props";
import {
  type Config,
  type ConfigFiles,
  loadConfig,
  type MainFile,
  readConfigFiles,
} from "../../config/load";
import { formatValue } from "../../modules/validation";
import type { Host } from "../io/host";
import { UsageError } from "../io/usage-error";

/** Which configuration a command reads. */
export interface ConfigOptions {
  readonly config?: string;
}

/** Stacks by their names; all of the configuration's without any. */
export interface StackOptions extends ConfigOptions {
  readonly stack: readonly string[];
}

/**
 * Reads the configuration that is named, or the one of the working directory.
 *
 * @throws {UsageError} there is none
 * @throws {ConfigError} everything that is wrong with it
 */
export async function readConfiguration(options: ConfigOptions, host: Host): Promise<Config> {
  return (await loadConfig(mainFile(options, host))) ?? refuseNone();
}

/**
 * Reads the files of that configuration as text, to change one of them.
 *
 * @throws {UsageError} there is none
 * @throws {ConfigError} a file cannot be read
 */
export function readConfigurationFiles(options: ConfigOptions, host: Host): ConfigFiles {
  return readConfigFiles(mainFile(options, host)) ?? refuseNone();
}

function mainFile({ config: named }: ConfigOptions, { io }: Host): MainFile {
  const { IRSA_CONFIG } = io.env;
  const ofEnvironment = IRSA_CONFIG === undefined ? undefined : "IRSA_CONFIG";
  return {
    file: named ?? IRSA_CONFIG ?? "irsa.yaml",
    directory: io.cwd,
    by: named === undefined ? ofEnvironment : "--config",
  };
}

function refuseNone(): never {
  throw new UsageError(
    "there is no irsa.yaml and no clusters/*.yaml; write one with irsa init, or name a file with --config",
  );
}

/**
 * The clusters of a configuration that are chosen.
 *
 * @param names all of them without any
 * @throws {UsageError} a name is none of theirs
 */
export function chooseClusters({ clusters }: Config, names: readonly string[]): Config["clusters"] {
  const known = clusters?.map(({ name }) => name) ?? ["irsa"];
  const unknown = names.filter((name) => !known.includes(name));
  if (unknown.length > 0) {
    const rule = `must be ${known.length === 1 ? "" : "one of "}${known.join(", ")}`;
    throw new UsageError(
      unknown.map((name) => `the stack ${formatValue(name)} ${rule}`).join("\n"),
    );
  }
  return names.length === 0 ? clusters : clusters?.filter(({ name }) => names.includes(name));
}

/**
 * One cluster of a configuration.
 *
 * @param name may be left out where there is only one
 * @throws {UsageError} there is none, none of this name, or several without a name
 */
export function chooseCluster({ clusters }: Config, name?: string): Cluster {
  if (clusters === undefined) {
    throw new UsageError("the configuration has no clusters; name another with --config");
  }
  const names = clusters.map((cluster) => cluster.name).join(", ");
  const [only, ...others] =
    name === undefined ? clusters : clusters.filter((cluster) => cluster.name === name);
  if (only === undefined) {
    const given = name === undefined ? "" : `, got ${formatValue(name)}`;
    throw new UsageError(`the cluster must be one of ${names}${given}`);
  }
  if (others.length > 0) throw new UsageError(`choose one with --cluster: ${names}`);
  return only;
}
