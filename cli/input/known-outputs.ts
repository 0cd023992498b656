import { type Cluster, configuredIssuerUrl, otherIssuerUrls } from "../../config/cluster-props";
import { parseIssuerUrl } from "../../modules/documents";
import { defaultKeys, findSigningKey, isGiven } from "../../modules/issuer";
import type { TerraformOutput } from "./terraform-output";

/**
 * Outputs of a cluster's stack whose values the configuration decides, and the names of those that contain the
 * signing key or say where it is.
 */
export function knownOutputs({ issuer, region }: Cluster): TerraformOutput {
  const values = new Map<string, unknown>([["aws_region", region]]);
  const issuerUrl = configuredIssuerUrl(issuer);
  if (issuerUrl !== undefined) {
    values.set("issuer_url", issuerUrl);
    if (knowsAll(issuer)) {
      values.set(
        "trusted_issuers",
        [issuerUrl, ...otherIssuerUrls(issuer)].map((url) => ({ issuer_url: url })),
      );
    }
    if ("hosting" in issuer) values.set("jwks_uri", parseIssuerUrl(issuerUrl).jwksUri);
  }
  return { values, names: [...values.keys(), ...keyOutputs(issuer)] };
}

/** Whether the configuration decides the URL of every issuer that does not sign. */
function knowsAll(issuer: Cluster["issuer"]): boolean {
  const next = "hosting" in issuer && issuer.nextIssuer !== undefined ? 1 : 0;
  return otherIssuerUrls(issuer).length === next + (issuer.previousIssuers ?? []).length;
}

function keyOutputs(issuer: Cluster["issuer"]): string[] {
  if (!("hosting" in issuer)) return [];
  const { keys = defaultKeys, signingKey } = issuer;
  const key = findSigningKey(keys, signingKey);
  if (key === undefined || isGiven(key)) return [];
  return [key.source === "generated" ? "signing_key" : "signing_key_secret_arn"];
}
