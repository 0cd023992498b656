import { Token } from "cdktf";
import type { Construct } from "constructs";
import { buildObjectKeys, checkIssuerUrl, parseIssuerUrl } from "../../documents";
import { local } from "../../synthesis";
import { shown } from "../../validation";

/** Where an issuer's documents are read: the URL in its parts. */
export interface IssuerLocation {
  readonly issuerUrl: string;
  readonly issuerHostpath: string;
  readonly jwksUri: string;
}

/**
 * What is wrong with an issuer URL, in one sentence that begins with what the URL is called.
 *
 * @param url an unresolved token is not looked at
 */
export function issuerUrlViolations(what: string, url: string): string[] {
  if (Token.isUnresolved(url)) return [];
  if (!/^https?:/i.test(url)) return [`${what} must be an absolute https URL, got: ${shown(url)}`];
  return checkIssuerUrl([], url).map(
    ({ rule, given }) => `${what} ${rule}${given === undefined ? "" : `, got: ${shown(given)}`}`,
  );
}

/**
 * The location of an issuer.
 *
 * @param hostpath known at synthesis, where it is checked; or holding tokens, where its parts become
 *   Terraform locals
 * @throws {IssuerUrlError} a known one is not in the canonical form
 */
export function issuerLocation(scope: Construct, hostpath: string): IssuerLocation {
  if (!Token.isUnresolved(hostpath)) {
    const { url, jwksUri } = parseIssuerUrl(`https://${hostpath}`);
    return { issuerUrl: url, issuerHostpath: hostpath, jwksUri };
  }
  const issuerHostpath = local(scope, "issuer_hostpath", hostpath);
  const url = local(scope, "issuer_url", `https://${issuerHostpath}`);
  const jwksUri = local(scope, "jwks_uri", `${url}/${buildObjectKeys().jwks}`);
  return { issuerUrl: url, issuerHostpath, jwksUri };
}
