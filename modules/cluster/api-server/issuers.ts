import { checkIssuerUrl } from "../../documents";
import {
  checkEach,
  checkText,
  checkUnique,
  clusterUrlRules,
  type Violation,
} from "../../validation";

/** The issuers of a cluster: AWS trusts some, the API server accepts all. */
export interface IssuerProps {
  /** The issuer that AWS trusts; the cluster signs every new token with it. */
  readonly issuerUrl: string;
  /**
   * Former issuers that AWS trusts, too. Their tokens stay valid for the Kubernetes API where the
   * API server takes several issuers.
   * @default - none
   */
  readonly previousIssuers?: readonly string[];
  /**
   * Issuers whose tokens stay valid for the Kubernetes API and that AWS never sees, such as the one
   * that a running cluster has signed with: `https://10.0.0.1:6443`.
   * @default - none
   */
  readonly acceptedIssuers?: readonly string[];
  /**
   * The URL of the published JWKS, so that the API server's own discovery document names it.
   * @default - the API server names itself
   */
  readonly jwksUri?: string;
}

/**
 * Every issuer that the API server accepts, once: it does not start with one that is given twice. The first
 * one signs.
 */
export function listIssuers(props: IssuerProps): string[] {
  const { issuerUrl, previousIssuers = [], acceptedIssuers = [] } = props;
  return [...new Set([issuerUrl, ...previousIssuers, ...acceptedIssuers])];
}

/** What is wrong with the issuers and the JWKS URI. */
export function issuerViolations(props: IssuerProps): Violation[] {
  const { issuerUrl, previousIssuers = [], acceptedIssuers = [], jwksUri } = props;
  return [
    ...checkIssuerUrl(["issuerUrl"], issuerUrl, { isRegistered: true }),
    ...previousIssuers.flatMap((url, index) => checkPreviousIssuer(url, index)),
    ...checkEach(["acceptedIssuers"], acceptedIssuers, clusterUrlRules),
    ...checkUnique(["acceptedIssuers"], acceptedIssuers),
    ...checkUnique(["previousIssuers"], previousIssuers),
    ...previousIssuers.flatMap((url, index) =>
      url === issuerUrl
        ? [{ path: ["previousIssuers", index], rule: "must not repeat the issuer", given: url }]
        : [],
    ),
    ...(jwksUri === undefined ? [] : checkText(["jwksUri"], jwksUri, clusterUrlRules)),
  ];
}

/** AWS trusts it, so that it follows IAM's rules. */
function checkPreviousIssuer(url: string, index: number): Violation[] {
  return checkIssuerUrl(["previousIssuers", index], url, { isRegistered: true }).map(
    (violation) => ({
      ...violation,
      rule: `${violation.rule}; an issuer that AWS never sees belongs in {acceptedIssuers}`,
    }),
  );
}
