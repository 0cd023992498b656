import { Token } from "cdktf";
import type { Construct } from "constructs";
import { buildObjectKeys, checkIssuerUrl, parseIssuerUrl } from "../../documents";
import { local } from "../../synthesis";
import type { Path, Violation } from "../../validation";

/** Where an issuer's documents are read: the URL in its parts. */
export interface IssuerLocation {
  readonly issuerUrl: string;
  readonly issuerHostpath: string;
  readonly jwksUri: string;
}

/** Checks an issuer URL that is to be published; a token is not checked. */
export function checkNewIssuerUrl(path: Path, url: string): Violation[] {
  return Token.isUnresolved(url) ? [] : checkIssuerUrl(path, url);
}

/** Checks an issuer URL that IAM knows already, with a slash at its end or without; a token is not checked. */
export function checkRegisteredIssuerUrl(path: Path, url: string): Violation[] {
  return Token.isUnresolved(url) ? [] : checkIssuerUrl(path, url, { isRegistered: true });
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
