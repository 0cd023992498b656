import { each, httpsUrlRule, issuerRule, optional, violation } from "../rules";

/** What every kind of cluster is told of its issuer. */
export interface IssuerProps {
  /** The issuer that AWS knows; the cluster signs every new token with it. */
  readonly issuerUrl: string;
  /**
   * Issuers whose tokens stay valid for the Kubernetes API. When the issuer changes on a running
   * cluster, the former one belongs here for at least 24 hours.
   * @default - none
   */
  readonly previousIssuers?: readonly string[];
  /**
   * Where the published JWKS lies, so that the API server's own discovery document names it too.
   * @default - the API server names itself
   */
  readonly jwksUri?: string;
}

/** What is wrong with the issuers and the JWKS URI. */
export function issuerViolations(props: IssuerProps): string[] {
  const { issuerUrl, previousIssuers = [], jwksUri } = props;
  const issuers = [issuerUrl, ...previousIssuers];
  return [
    ...issuerRule("issuerUrl", issuerUrl),
    ...each(httpsUrlRule, "previousIssuers", previousIssuers),
    ...previousIssuers.flatMap((issuer, index) =>
      violation(
        `previousIssuers[${index}]`,
        issuers.indexOf(issuer) === index + 1,
        "not repeat another issuer",
        issuer,
      ),
    ),
    ...optional(httpsUrlRule, "jwksUri", jwksUri),
  ];
}
