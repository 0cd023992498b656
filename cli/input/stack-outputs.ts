import { z } from "zod";
import { type Cluster, configuredIssuerUrl } from "../../config/cluster-props";
import { formatValue } from "../../modules/validation";
import type { Host } from "../io/host";
import { isObject, parseJson } from "../io/json";
import { presentable } from "../io/presentable";
import { inputName, readText } from "../io/read-text";
import { runTerraformOutput } from "../io/terraform";
import { UsageError } from "../io/usage-error";
import { chooseCluster, type ConfigOptions, readConfiguration } from "./configuration";
import { Mistakes } from "./mistakes";
import type { TerraformOptions } from "./shared-options";
import {
  outputName,
  readTerraformOutput,
  type TerraformOutput,
  type WantedOutputs,
} from "./terraform-output";
import { refuseTokens } from "./tokens";

/** Where a cluster's configuration and the outputs of its stack are. */
export interface StackOutputOptions
  extends ConfigOptions, Pick<TerraformOptions, "terraformOutput"> {
  /** @default - `cdktf.out/stacks/NAME` */
  readonly stackDirectory?: string;
}

/** The outputs of a cluster's stack, as {@link IssuerStack} names them, except those with a private key. */
const outputs = {
  aws_region: z.string(),
  issuer_url: z.string(),
  issuer_hostpath: z.string(),
  issuer_urls: z.record(z.string(), z.string()),
  jwks_uri: z.string(),
  oidc_provider_arn: z.string(),
  trusted_issuers: z.array(
    z.object({
      issuer_url: z.string(),
      issuer_hostpath: z.string(),
      oidc_provider_arn: z.string(),
      audiences: z.array(z.string()),
    }),
  ),
  key_ids: z.array(z.string()),
  secret_arn: z.string(),
  signing_key_secret_arn: z.string(),
  signing_key_secret_version_id: z.string(),
  role_arns: z.record(z.string(), z.string()),
  service_accounts: z.array(
    z.object({
      namespace: z.string(),
      name: z.string(),
      role_arn: z.string(),
      audience: z.string().optional(),
    }),
  ),
  kubernetes_endpoint: z.string(),
  talos_endpoints: z.array(z.string()),
  talos_nodes: z.record(z.string(), z.string()),
  talos_machine_secrets_arn: z.string(),
};

const outputsSchema = z.object(outputs).partial();

/** The outputs that a stack has. One that an interrupted apply has left without a value is missing. */
export type StackOutputs = z.output<typeof outputsSchema>;

/** A cluster of the configuration, and what Terraform made of it. */
export interface StackOfCluster {
  readonly cluster: Cluster;
  readonly outputs: StackOutputs;
}

/**
 * Reads a cluster of the configuration, and the outputs of its stack: from the file that
 * `--terraform-output` names, else by running `terraform output -json` in the stack's directory.
 *
 * @throws {ConfigError} everything that is wrong with the configuration
 * @throws {UsageError} there is no such cluster, the stack is not applied yet, its outputs cannot be read,
 * or they are those of another cluster; the message says what to run
 */
export async function readStackOfCluster(
  name: string,
  options: StackOutputOptions,
  host: Host,
): Promise<StackOfCluster> {
  const cluster = chooseCluster(await readConfiguration(options, host), name);
  return { cluster, outputs: await readStackOutputs(cluster, options, host) };
}

/**
 * Reads the outputs of a cluster's stack.
 *
 * @param signal ends Terraform early
 * @throws {UsageError} see {@link readStackOfCluster}
 */
export async function readStackOutputs(
  cluster: Cluster,
  options: StackOutputOptions,
  host: Host,
  signal?: AbortSignal,
): Promise<StackOutputs> {
  const wanted = { outputs: Object.keys(outputs) };
  const { values } = await readOutputsOf(cluster, wanted, options, host, signal);
  const given = Object.fromEntries([...values].filter(([, value]) => value !== null));
  const { success, data, error } = outputsSchema.safeParse(given);
  if (success) return data;
  const mistakes = new Mistakes();
  for (const { path, message } of error.issues) {
    const [output = "", ...rest] = path.map(String);
    const place = [outputName(output), ...rest].map(presentable).join(".");
    mistakes.add(`${place} is not as this version's stacks write it: ${message}`);
  }
  mistakes.assertNone();
  throw error;
}

/**
 * Waits for what is read of a stack's outputs. A stack that is not applied yet is no mistake: a note says what is
 * not known then. A file of outputs that is named is needed.
 *
 * @param what begins the note: "WHAT is not known"
 */
export async function whereApplied<T>(
  reading: Promise<T>,
  what: string,
  { terraformOutput }: StackOutputOptions,
  host: Host,
  mistakes: Mistakes,
): Promise<T | undefined> {
  try {
    return await reading;
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    if (terraformOutput !== undefined) mistakes.add(error.message);
    else await host.note(`${what} is not known: ${error.message}`);
    return undefined;
  }
}

/**
 * Reads outputs of a cluster's stack.
 *
 * @throws {UsageError} see {@link readStackOfCluster}
 */
export async function readOutputsOf(
  cluster: Cluster,
  wanted: WantedOutputs,
  options: StackOutputOptions,
  host: Host,
  signal?: AbortSignal,
): Promise<TerraformOutput> {
  const { terraformOutput: file } = options;
  const { name } = cluster;
  const directory = stackDirectoryOf(cluster, options);
  const source =
    file === undefined ? `what Terraform prints in ${presentable(directory)}` : inputName(file);
  const whatToDo = `run irsa synth ${name}, then terraform init and terraform apply in ${presentable(directory)}; or name its directory with --stack-directory, or its outputs with --terraform-output`;
  const text =
    file === undefined
      ? await runTerraformOutput(directory, host, signal).catch((error: unknown) => {
          if (!(error instanceof UsageError)) throw error;
          throw new UsageError(`the outputs of ${name} are missing: ${error.message}\n${whatToDo}`);
        })
      : await readText(file, host);
  if (isEmptyObject(parseJson(text))) {
    throw new UsageError(`${name} is not applied yet: ${source} has no outputs\n${whatToDo}`);
  }
  const names = [...wanted.outputs, ...identifying];
  const read = readTerraformOutput(text, source, { ...wanted, outputs: names }, name);
  read.values.forEach((value, output) => {
    refuseTokens(outputName(output), value);
  });
  refuseOtherCluster(cluster, read, source);
  return read;
}

/** Where a cluster's stack is applied. */
export function stackDirectoryOf(
  { name }: Cluster,
  { stackDirectory }: Pick<StackOutputOptions, "stackDirectory">,
): string {
  return stackDirectory ?? `cdktf.out/stacks/${name}`;
}

/** What Terraform prints for a state without outputs, and for no state. */
function isEmptyObject(value: unknown): boolean {
  return isObject(value) && Object.keys(value).length === 0;
}

/** Outputs that say of which cluster they are. */
const identifying = ["aws_region", "issuer_url", "oidc_provider_arn"] as const;

/** @throws {UsageError} the outputs say what the configuration does not */
function refuseOtherCluster(cluster: Cluster, { values }: TerraformOutput, source: string): void {
  const { name, region, issuer, config } = cluster;
  const issuerUrl = configuredIssuerUrl(issuer);
  const accountOf = (arn: unknown) => (typeof arn === "string" ? arn.split(":")[4] : undefined);
  const facts: readonly (readonly [string, unknown, string | undefined])[] = [
    ["the issuer", values.get("issuer_url"), issuerUrl],
    ["the region", values.get("aws_region"), region],
    ["the account", accountOf(values.get("oidc_provider_arn")), config.accountId],
  ];
  const differing = facts.filter(
    ([, actual, expected]) =>
      typeof actual === "string" && expected !== undefined && actual !== expected,
  );
  if (differing.length === 0) return;
  const sentences = differing.map(
    ([what, actual, expected]) =>
      `${what} is ${formatValue(actual)}, where the configuration of ${name} has ${formatValue(expected)}`,
  );
  throw new UsageError(
    `${source} is of another cluster, or older than the configuration; apply first, or name the outputs of ${name}:\n${sentences.join("\n")}`,
  );
}
