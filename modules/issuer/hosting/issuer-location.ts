import { Token } from "cdktf";
import type { Construct } from "constructs";
import { issuerUrl, objectKeys } from "../../documents";
import { local } from "../../terraform";

/** Where an issuer's documents are read: the URL in its parts. */
export interface IssuerLocation {
  readonly issuerUrl: string;
  readonly issuerHostpath: string;
  readonly jwksUri: string;
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
    const { url, jwksUri } = issuerUrl(`https://${hostpath}`);
    return { issuerUrl: url, issuerHostpath: hostpath, jwksUri };
  }
  const issuerHostpath = local(scope, "issuer_hostpath", hostpath);
  const url = local(scope, "issuer_url", `https://${issuerHostpath}`);
  const jwksUri = local(scope, "jwks_uri", `${url}/${objectKeys().jwks}`);
  return { issuerUrl: url, issuerHostpath, jwksUri };
}
