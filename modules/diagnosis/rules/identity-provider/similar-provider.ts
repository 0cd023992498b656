import { describeUrlDifference } from "../../../validation";
import type { ProviderEvidence } from "../../evidence";
import type { Facts } from "../../facts";

/** An identity provider that looks like the issuer's but is not, and in what its URL differs. */
export function similarProvider({
  account,
  issuerUrl,
  provider,
}: Facts): { readonly provider: ProviderEvidence; readonly difference: string } | undefined {
  if (account === undefined || issuerUrl === undefined || provider !== undefined) return undefined;
  for (const one of account.providers) {
    const difference = describeUrlDifference(issuerUrl, one.url);
    // On a shared host another path is another issuer.
    if (difference !== undefined && (difference !== "the path" || !isShared(issuerUrl))) {
      return { provider: one, difference };
    }
  }
  return undefined;
}

/** Hosts on which each path belongs to somebody else. */
function isShared(url: string): boolean {
  return /^https:\/\/(s3[.-]|raw\.githubusercontent\.com\/)/.test(url);
}
