import { dirname, relative, resolve } from "node:path";
import type { Cluster } from "../../config/cluster-props";
import { findClusterFile } from "../../config/edit-cluster";
import { editClusterKeys, type KeyEdit } from "../../config/edit-keys";
import { type ConfigFiles, parseConfigFiles } from "../../config/load";
import { defaultKeys, findSigningKey } from "../../modules/issuer";
import {
  AmbiguousKeyError,
  isoTime,
  type KeyEdit as PlannedEdit,
  type KeyRotationPlan,
  planKeyRotation,
} from "../../modules/rotation";
import { checkText, resourceNameRules, timeRules } from "../../modules/validation";
import { apiServerOf } from "../input/api-server-traits";
import { chooseCluster, readConfigurationFiles } from "../input/configuration";
import { readTokenLifetime } from "../input/duration";
import { Mistakes } from "../input/mistakes";
import { readRotatingKeys } from "../input/rotating-keys";
import { readRotationEvidence } from "../input/rotation-evidence";
import { refuseTokens } from "../input/tokens";
import type { Action, Host } from "../io/host";
import { presentable } from "../io/presentable";
import { UsageError } from "../io/usage-error";
import { formatJson } from "../output/result";
import { formatTaken, readyStep } from "../output/steps";
import { writeEditedFile } from "../output/write-edited-file";
import { commandsOf } from "./rotate/commands";
import type { RotateOptions, Rotation } from "./rotate/rotation";
import { describePlan, formatPlan } from "./rotate/report";

export const rotate: Action<RotateOptions> = async (options, host) => {
  const mistakes = new Mistakes();
  const files = readConfigurationFiles(options, host);
  const cluster = await findCluster(files, options.cluster);
  const keys = "hosting" in cluster.issuer ? (cluster.issuer.keys ?? defaultKeys) : [];
  const signing = findSigningKey(keys, cluster.config.signingKey);
  const apiServer = apiServerOf(options, cluster, mistakes);
  const evidence = await readRotationEvidence(options, cluster.name, host, mistakes);
  const rotating = await readRotatingKeys(keys, cluster, options, host, mistakes);
  const { to, publishedSince } = options;
  const lifetime = readTokenLifetime(options.tokenLifetime, mistakes);
  mistakes.addViolations([
    ...(to === undefined ? [] : checkText(["to"], to, resourceNameRules)),
    ...(publishedSince === undefined
      ? []
      : checkText(["publishedSince"], publishedSince, timeRules)),
  ]);
  mistakes.assertNone();
  const plan = planOrRefuse({
    keys: rotating,
    signingKey: signing?.name ?? "",
    to,
    retiredKeys: cluster.config.retiredKeys ?? [],
    apiServer,
    evidence,
    publishedSince: publishedSince === undefined ? undefined : new Date(publishedSince),
    tokenLifetime: lifetime,
    hardCut: options.hardCut,
    now: new Date(),
  });
  const rotation = { options, cluster, signing, apiServer, plan };
  if (options.next === true) await takeNextStep(files, rotation, host);
  else await show(rotation, host);
};

async function findCluster(files: ConfigFiles, name: string): Promise<Cluster> {
  const cluster = chooseCluster(await parseConfigFiles(files), name);
  if (!("hosting" in cluster.issuer)) {
    throw new UsageError(
      `the issuer of ${cluster.name} is made elsewhere (hosting: existing): its keys are not in this configuration`,
    );
  }
  return cluster;
}

function planOrRefuse(props: Parameters<typeof planKeyRotation>[0]): KeyRotationPlan {
  try {
    return planKeyRotation(props);
  } catch (error) {
    if (!(error instanceof AmbiguousKeyError)) throw error;
    throw new UsageError(`--to is missing: ${error.message}`);
  }
}

async function show(rotation: Rotation, host: Host): Promise<void> {
  await host.print(
    rotation.options.json === true ? formatJson(describePlan(rotation)) : formatPlan(rotation),
  );
}

/**
 * Changes the configuration by the next step.
 *
 * @throws {UsageError} a check of it has not passed, or it is a step in the cluster; nothing is changed
 */
async function takeNextStep(files: ConfigFiles, rotation: Rotation, host: Host): Promise<void> {
  const { plan, cluster, options } = rotation;
  if (options.publicKeyFile !== undefined && plan.steps[0]?.step !== "stage") {
    throw new UsageError(
      `--public-key-file is for a new key, and ${plan.to} is in the configuration: leave it out`,
    );
  }
  const seen = "give the JWKS of each API server (--api-server-jwks)";
  const step = readyStep(cluster.name, plan.steps, seen);
  const edit = keyEdit(step.edit, rotation, files, host);
  const edited = await editClusterKeys(files, cluster.name, edit);
  const written = writeEditedFile(host, edited);
  await host.print(
    options.json === true
      ? formatJson({ ...describePlan(rotation), written })
      : formatTaken(step, written, commandsOf(step, rotation)),
  );
}

function keyEdit(edit: PlannedEdit, rotation: Rotation, files: ConfigFiles, host: Host): KeyEdit {
  switch (edit.edit) {
    case "add-key":
      return { edit: "add-key", key: newKey(edit.key, rotation, files, host) };
    case "record-signed-until":
      return { ...edit, time: isoTime(edit.time) };
    default:
      return edit;
  }
}

/** A key that is made as the one that signs is, or the public half that is given. */
function newKey(
  name: string,
  { options, cluster, signing }: Rotation,
  files: ConfigFiles,
  host: Host,
): Extract<KeyEdit, { edit: "add-key" }>["key"] {
  const { publicKeyFile } = options;
  const present = cluster.config.keys?.find((key) => key.name === signing?.name);
  if (publicKeyFile !== undefined) {
    refuseTokens("--public-key-file", publicKeyFile);
    const { file } = findClusterFile(files, cluster.name);
    const from = resolve(host.io.cwd, dirname(file));
    const path = relative(from, resolve(host.io.cwd, publicKeyFile));
    return {
      name,
      publicKeyFile: path,
      ...(present?.keyId !== undefined && { keyId: present.keyId }),
    };
  }
  if (signing?.source === "public-keys") {
    throw new UsageError(
      `--public-key-file is missing: ${signing.name} is a key of the cluster's own, so make a new key pair there and give its public half`,
    );
  }
  if (signing?.stored !== undefined) {
    throw new UsageError(
      `${signing.name} is in a secret of your own: add the new key to keys in ${presentable(findClusterFile(files, cluster.name).file)}, with its secretId or with keptIn: secrets-manager, and go on with --to`,
    );
  }
  const { algorithm, keptIn, publicKeyRelay } = present ?? {};
  return {
    name,
    ...(algorithm !== undefined && { algorithm }),
    ...(keptIn !== undefined && { keptIn }),
    ...(publicKeyRelay !== undefined && { publicKeyRelay }),
  };
}
