import type { SigningAlgorithm } from "./jwk";

/** The members of an OpenID discovery document that a Kubernetes issuer has. */
export interface DiscoveryDocument {
  readonly authorization_endpoint: string;
  readonly claims_supported: readonly string[];
  readonly id_token_signing_alg_values_supported: readonly string[];
  readonly issuer: string;
  readonly jwks_uri: string;
  readonly response_types_supported: readonly string[];
  readonly subject_types_supported: readonly string[];
}

/** What a discovery document is made of. */
export interface DiscoveryDocumentProps {
  /** The issuer URL, byte-equal in token `iss`, document and IAM identity provider. */
  readonly issuer: string;
  /** Where the JWKS is published. */
  readonly jwksUri: string;
  /** The algorithms of the issuer's keys; duplicates are dropped. */
  readonly algorithms: readonly SigningAlgorithm[];
}

/**
 * The OpenID discovery document of a cluster: what AWS STS reads to find the JWKS. Members are in
 * lexical order, so that `JSON.stringify` and Terraform's `jsonencode` write the same bytes.
 *
 * @see {@link https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderMetadata OpenID Connect Discovery 1.0, section 3}
 *
 * @example
 * const { url, jwksUri } = parseIssuerUrl("https://oidc.example.org/prod");
 * JSON.stringify(buildDiscoveryDocument({ issuer: url, jwksUri, algorithms: ["RS256"] }));
 */
export function buildDiscoveryDocument(props: DiscoveryDocumentProps): DiscoveryDocument {
  return {
    authorization_endpoint: "urn:kubernetes:programmatic_authorization",
    claims_supported: ["sub", "iss"],
    id_token_signing_alg_values_supported: [...new Set(props.algorithms)].sort(),
    issuer: props.issuer,
    jwks_uri: props.jwksUri,
    response_types_supported: ["id_token"],
    subject_types_supported: ["public"],
  };
}
