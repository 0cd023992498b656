import { escapeControls, type Finding, formatFinding } from "../../../modules/validation";
import {
  hasKeyMadeByTerraform,
  type IssuerOptions,
  issuerOutputs,
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
export function refuseOtherKey(
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
export function refuseOtherPlace(
  signingKeyFile: string | undefined,
  place: string,
  distribution: string,
  mistakes: Mistakes,
): void {
  if (signingKeyFile === undefined || signingKeyFile === place) return;
  mistakes.add(
    `--signing-key-file must be ${presentable(place)}, where ${distribution} reads its key, got "${presentable(signingKeyFile)}"`,
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
