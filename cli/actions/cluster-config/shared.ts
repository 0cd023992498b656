import { basename, dirname } from "node:path";
import type { Cluster } from "../../../config/cluster-props";
import type { Distribution } from "../../../config/distribution-names";
import { escapeControls, type Finding, formatFinding } from "../../../modules/validation";
import type { ApiServerArgs, IssuerProps } from "../../../modules/cluster";
import {
  extraApiServerArgs,
  hasKeyMadeByTerraform,
  type IssuerOptions,
  issuerOutputs,
  issuerValues,
} from "../../input/issuer-values";
import type { Mistakes } from "../../input/mistakes";
import { readNamedCluster, withValues } from "../../input/named-cluster";
import type { ClusterOptions, OutOptions } from "../../input/shared-options";
import {
  isInSecretsManager,
  readSigningKeySecret,
  signingKeyOutputs,
} from "../../input/signing-key";
import { TerraformSource } from "../../input/terraform-source";
import type { Host } from "../../io/host";
import { presentable } from "../../io/presentable";
import { writeFiles } from "../../output/write-files";

/** Where a cluster whose configuration has no key gets it from. */
interface SigningKeyOptions extends OutOptions {
  /** Where the private key is on each node. */
  readonly signingKeyFile?: string;
  /** Where it is written here. */
  readonly privateKeyOut?: string;
}

/** Options, and the cluster that they name. */
interface OptionsOfCluster<T> {
  readonly options: T;
  /** Undefined if they name none. */
  readonly cluster: Cluster | undefined;
}

/** The options with what the cluster that they name says of its distribution; flags come first. */
export async function withSettings<T extends ClusterOptions>(
  options: T,
  distribution: Distribution,
  host: Host,
): Promise<OptionsOfCluster<T>> {
  const cluster = await readNamedCluster(options, host);
  if (cluster === undefined) return { options, cluster };
  const { settingsAsFlags } = await import("../../input/cluster-settings.ts");
  const flags: object = settingsAsFlags(cluster, distribution);
  return { options: withValues(options, flags), cluster };
}

/** The outputs that a cluster must give for options that leave them open. */
export function neededOutputs(options: IssuerOptions & SigningKeyOptions): string[] {
  const { issuerUrl, previousIssuer, privateKeyOut, publishedJwksUri } = options;
  return [
    ...(issuerUrl === undefined ? ["issuer_url"] : []),
    ...(previousIssuer === undefined ? ["trusted_issuers"] : []),
    ...(publishedJwksUri === true ? ["jwks_uri"] : []),
    ...(privateKeyOut === undefined ? [] : ["signing_key"]),
  ];
}

/** The outputs that name the issuer; the private key among them if it is to be written. */
export function issuerSource(
  options: IssuerOptions & SigningKeyOptions,
  host: Host,
  mistakes: Mistakes,
  cluster?: Cluster,
): Promise<TerraformSource> {
  const isNeeded =
    cluster !== undefined || options.issuerUrl === undefined || options.privateKeyOut !== undefined;
  const needed = neededOutputs(options);
  const wanted =
    options.privateKeyOut === undefined
      ? issuerOutputs
      : { ...issuerOutputs, outputs: [...issuerOutputs.outputs, ...signingKeyOutputs] };
  return TerraformSource.read({ host, mistakes, options, wanted, isNeeded, needed, cluster });
}

/** Options of a cluster whose API server takes flags. */
export interface ApiServerOptions extends IssuerOptions, SigningKeyOptions {
  readonly apiAudience?: readonly string[];
  readonly publicKeyFile?: readonly string[];
}

/** The one place where a distribution reads its key. */
interface OwnKey {
  readonly product: string;
  readonly file: string | undefined;
}

interface ApiServerProps extends IssuerProps {
  readonly apiAudiences?: readonly string[];
  readonly publicKeyFiles?: readonly string[];
  readonly extraApiServerArgs: ApiServerArgs;
}

/** What the options and Terraform's outputs say of the API server; a cluster that would sign with another key is refused. */
export async function apiServerProps(
  options: ApiServerOptions,
  host: Host,
  mistakes: Mistakes,
  { cluster, ownKey }: { readonly cluster?: Cluster; readonly ownKey?: OwnKey } = {},
): Promise<{ readonly source: TerraformSource; readonly props: ApiServerProps }> {
  const source = await issuerSource(options, host, mistakes, cluster);
  refuseOtherKey(source, options, mistakes);
  if (ownKey !== undefined) refuseOtherPlace(options.signingKeyFile, ownKey, mistakes);
  const props = {
    ...issuerValues(options, source, mistakes),
    apiAudiences: options.apiAudience,
    publicKeyFiles: options.publicKeyFile,
    extraApiServerArgs: extraApiServerArgs(options, mistakes),
  };
  return { source, props };
}

export const bringKey =
  "bring the public half of the cluster's key (keys: [{ name: NAME, publicKeyFile: sa.pub }]) and apply";

/** Refuses a cluster that takes no key for an issuer whose key Terraform made. */
export function refuseKeyMadeByTerraform(source: TerraformSource, mistakes: Mistakes): void {
  if (!hasKeyMadeByTerraform(source)) return;
  mistakes.add(
    `Terraform made this issuer's signing key, and EKS Anywhere signs with one of its own, so that AWS would refuse every token: ${bringKey}`,
  );
}

/**
 * Refuses a cluster that signs with its own key while the documents publish the key that Terraform
 * made: no role could be assumed.
 */
function refuseOtherKey(
  source: TerraformSource,
  { signingKeyFile, privateKeyOut }: SigningKeyOptions,
  mistakes: Mistakes,
): void {
  const isMade = hasKeyMadeByTerraform(source);
  if (privateKeyOut === "-") mistakes.add("--private-key-out must be a file");
  if (privateKeyOut !== undefined && !isMade) {
    mistakes.add(
      "--private-key-out needs Terraform's output signing_key or signing_key_secret_arn: give all outputs (terraform output -json)",
    );
  }
  if (signingKeyFile !== undefined || !isMade) return;
  mistakes.add(
    `--signing-key-file is missing: Terraform made this issuer's signing key, and the cluster signs with its own, so that AWS would refuse every token; write the key with --private-key-out, put it on each node and name the file, or ${bringKey}`,
  );
}

/** The private key in PEM, if it is to be written. */
export async function readSigningKey(
  source: TerraformSource,
  { privateKeyOut }: SigningKeyOptions,
  host: Host,
): Promise<string | undefined> {
  if (privateKeyOut === undefined) return undefined;
  return isInSecretsManager(source)
    ? readSigningKeySecret(source, host)
    : Buffer.from(String(source.value("signing_key")), "base64").toString();
}

/** Writes the private key to the file that is named, which its owner alone can read. */
export async function writeSigningKey(
  text: string | undefined,
  { privateKeyOut, force }: SigningKeyOptions,
  host: Host,
): Promise<void> {
  if (text === undefined || privateKeyOut === undefined) return;
  const files = { [basename(privateKeyOut)]: { text, secret: true } };
  writeFiles(host, dirname(privateKeyOut), files, { force });
  await host.note(
    `Wrote ${presentable(privateKeyOut)}, the private key: move it to the nodes as --signing-key-file says, and delete it here.`,
  );
}

/** Refuses another place for the key than the one where a distribution reads its own. */
function refuseOtherPlace(
  given: string | undefined,
  { product, file }: OwnKey,
  mistakes: Mistakes,
): void {
  if (given === undefined || file === undefined || given === file) return;
  mistakes.add(
    `--signing-key-file must be ${presentable(file)}, where ${product} reads its key, got "${presentable(given)}"`,
  );
}

/** What to look at when the API server has restarted. */
export const checks = (
  kubectl = "kubectl",
): string => `compare issuer and keys with the published ones:
  ${kubectl} get --raw /.well-known/openid-configuration
  ${kubectl} get --raw /openid/v1/jwks
Then: irsa manifests smoke-test`;

/** Writes findings to standard error: the result is there, but has consequences. */
export async function noteFindings(findings: readonly Finding[], host: Host): Promise<void> {
  for (const finding of findings) {
    await host.note(formatFinding(finding).split("\n").map(escapeControls).join("\n"));
  }
}
