import type { Cluster } from "../../../config/cluster-props";
import {
  type TalosForm,
  type TalosFormProps,
  buildTalosMachineConfigPatch,
  deriveTalosTraits,
  inspectTalos,
} from "../../../modules/cluster";
import {
  extraApiServerArgs,
  hasKeyMadeByTerraform,
  issuerOutputs,
  issuerValues,
} from "../../input/issuer-values";
import { Mistakes } from "../../input/mistakes";
import {
  isInSecretsManager,
  readSigningKeySecret,
  signingKeyOutputs,
} from "../../input/signing-key";
import { outputName } from "../../input/terraform-output";
import { bothGiven, TerraformSource } from "../../input/terraform-source";
import type { Action, Host } from "../../io/host";
import { presentable } from "../../io/presentable";
import { readText } from "../../io/read-text";
import { bringKey, checks, neededOutputs, noteFindings, withSettings } from "./shared";
import { terminalRefusal, writeResult } from "../../output/result";
import type { OutOptions } from "../../input/shared-options";
import type { IssuerOptions } from "../../input/issuer-values";

/** Options of the command. */
export interface TalosOptions extends IssuerOptions, OutOptions {
  readonly talosVersion?: string;
  readonly generatedBy?: string;
  readonly form?: string;
  readonly privateKey?: string;
  readonly controlPlaneEndpoint?: string;
  readonly previousPublicKey?: readonly string[];
  readonly apiAudience?: readonly string[];
  readonly keepKey?: boolean;
  readonly showPrivateKey?: boolean;
}

const versionMissing =
  "--talos-version is missing: the Talos that runs on the control plane, such as 1.13";

export const talos: Action<TalosOptions> = async (given, host) => {
  const { options, cluster } = await withSettings(given, "talos", host);
  const mistakes = new Mistakes({
    jwksUri: "--published-jwks-uri",
    version: "--talos-version",
  });
  const refusal = terminalRefusal(options, host.io.stdout.isTTY === true);
  if (refusal !== undefined && options.keepKey !== true) mistakes.add(refusal);
  const source = await TerraformSource.read({
    host,
    mistakes,
    options,
    wanted: {
      ...issuerOutputs,
      outputs: [...issuerOutputs.outputs, ...signingKeyOutputs, "other_public_keys"],
    },
    isNeeded: cluster !== undefined || options.issuerUrl === undefined,
    needed: neededOfTalos(options, cluster),
    cluster,
  });
  if (options.keepKey === true) refuseOtherSigner(options, source, mistakes);
  const issuer = issuerValues(options, source, mistakes);
  const form = {
    version: options.talosVersion ?? mistakes.missing("version", versionMissing),
    generatedBy: options.generatedBy,
    form: options.form as TalosForm | undefined,
  };
  const settings = {
    ...form,
    ...issuer,
    controlPlaneEndpoint: options.controlPlaneEndpoint,
    previousPublicKeys:
      options.previousPublicKey === undefined
        ? publishedKeys(source, form)
        : await readAll(options.previousPublicKey, mistakes, host),
    apiAudiences: options.apiAudience,
    extraApiServerArgs: extraApiServerArgs(options, mistakes),
  };
  const props = {
    ...settings,
    privateKey:
      options.keepKey === true ? undefined : await privateKey(options, source, mistakes, host),
  };
  const { documents, yaml } = await mistakes.complete(() => buildTalosMachineConfigPatch(props));
  await noteFindings(inspectTalos(props), host);
  const secret = options.keepKey !== true;
  await writeResult({ objects: documents, yaml, secret }, options, host);
  await host.note(nextSteps(options));
};

function neededOfTalos(options: TalosOptions, cluster: Cluster | undefined): string[] {
  const { keepKey, previousPublicKey, privateKey: file } = options;
  const { keys = [] } = cluster !== undefined && "hosting" in cluster.issuer ? cluster.issuer : {};
  return [
    ...neededOutputs(options),
    ...(keepKey === true || file !== undefined ? [] : ["signing_key"]),
    ...(keys.length > 1 && previousPublicKey === undefined ? ["other_public_keys"] : []),
  ];
}

function nextSteps({ out = "patch.yaml", keepKey = false }: TalosOptions): string {
  const cleanUp = (file: string): string =>
    keepKey ? "then" : `then delete ${file}, which contains the private key, and`;
  const file = out === "-" ? "patch.yaml" : presentable(out);
  return `Next:
  talosctl patch machineconfig --nodes CONTROL-PLANE-NODES --patch @${file}
${cleanUp(file)} ${checks()}`;
}

/** A cluster that keeps its key needs an issuer that publishes that key. */
function refuseOtherSigner(
  { privateKey: file }: TalosOptions,
  source: TerraformSource,
  mistakes: Mistakes,
): void {
  if (file !== undefined) mistakes.add("--keep-key and --private-key exclude each other");
  if (hasKeyMadeByTerraform(source)) {
    mistakes.add(
      `--keep-key needs an issuer that publishes the cluster's own key, and Terraform made this one's: ${bringKey}`,
    );
  }
}

async function privateKey(
  { privateKey: file }: TalosOptions,
  source: TerraformSource,
  mistakes: Mistakes,
  host: Host,
): Promise<string> {
  const secret = "signing_key_secret_arn";
  if (isInSecretsManager(source) && !(source.givesWay && file !== undefined)) {
    if (file !== undefined) mistakes.add(bothGiven("--private-key", secret));
    mistakes.name("privateKey", outputName(secret));
    // What is refused anyhow needs no secret.
    const read = mistakes.isEmpty ? () => readSigningKeySecret(source, host) : () => undefined;
    return (await mistakes.attempt(read)) ?? mistakes.missing("privateKey");
  }
  const wanted = { property: "privateKey", output: "signing_key" };
  if (file === undefined) {
    return source.outputText({ ...wanted, options: "--keep-key or --private-key" });
  }
  source.text({ ...wanted, options: "--private-key" }, file);
  return (await mistakes.attempt(() => readText(file, host))) ?? mistakes.missing("privateKey");
}

/** The keys that the stack publishes beside the one that signs, where Talos accepts several. */
function publishedKeys(source: TerraformSource, form: TalosFormProps): readonly string[] {
  const traits = deriveTalosTraits(form);
  if (Array.isArray(traits) || traits.form !== "document") return [];
  const keys = source.value("other_public_keys");
  return Array.isArray(keys) ? keys.filter((key) => typeof key === "string") : [];
}

/** The texts of the files that can be read. */
async function readAll(
  files: readonly string[],
  mistakes: Mistakes,
  host: Host,
): Promise<string[]> {
  const texts: string[] = [];
  for (const file of files) {
    const text = await mistakes.attempt(() => readText(file, host));
    if (text !== undefined) texts.push(text);
  }
  return texts;
}
