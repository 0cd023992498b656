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
import { TerraformSource } from "../../input/terraform-source";
import type { Host } from "../../io/host";
import { presentable } from "../../io/presentable";

/** The outputs that name the issuer; no private key among them. */
export function issuerSource(
  options: IssuerOptions,
  host: Host,
  mistakes: Mistakes,
): Promise<TerraformSource> {
  const isNeeded = options.issuerUrl === undefined;
  return TerraformSource.read({ host, mistakes, options, wanted: issuerOutputs, isNeeded });
}

/** Options of a cluster whose API server takes flags. */
export interface ApiServerOptions extends IssuerOptions {
  readonly apiAudience?: readonly string[];
  readonly publicKeyFile?: readonly string[];
  readonly signingKeyFile?: string;
}

/** The one place where a distribution reads its key. */
interface OwnKey {
  readonly distribution: string;
  readonly file: string;
}

/** What the options and Terraform's outputs say of the API server; a cluster that would sign with another key is refused. */
export async function apiServerProps(
  options: ApiServerOptions,
  host: Host,
  mistakes: Mistakes,
  ownKey?: OwnKey,
): Promise<
  IssuerProps & {
    readonly apiAudiences?: readonly string[];
    readonly publicKeyFiles?: readonly string[];
    readonly extraApiServerArgs: ApiServerArgs;
  }
> {
  const source = await issuerSource(options, host, mistakes);
  refuseOtherKey(source, options.signingKeyFile, mistakes);
  if (ownKey !== undefined) refuseOtherPlace(options.signingKeyFile, ownKey, mistakes);
  return {
    ...issuerValues(options, source, mistakes),
    apiAudiences: options.apiAudience,
    publicKeyFiles: options.publicKeyFile,
    extraApiServerArgs: extraApiServerArgs(options, mistakes),
  };
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
  signingKeyFile: string | undefined,
  mistakes: Mistakes,
): void {
  if (signingKeyFile !== undefined || !hasKeyMadeByTerraform(source)) return;
  mistakes.add(
    `--signing-key-file is missing: Terraform made this issuer's signing key, and the cluster signs with its own, so that AWS would refuse every token; put Terraform's signing_key (base64 of a PEM) on each node and name the file, or ${bringKey}`,
  );
}

/** Refuses another place for the key than the one where a distribution reads its own. */
function refuseOtherPlace(
  given: string | undefined,
  { distribution, file }: OwnKey,
  mistakes: Mistakes,
): void {
  if (given === undefined || given === file) return;
  mistakes.add(
    `--signing-key-file must be ${presentable(file)}, where ${distribution} reads its key, got "${presentable(given)}"`,
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
