import type { Finding } from "../validation";
import { buildContext } from "./decide";
import { Refusal } from "./refusal";
import { evaluateTrustPolicy } from "./trust-policy";
import {
  badSignature,
  checkAlgorithm,
  checkClaims,
  checkDiscovery,
  checkIssuer,
  checkKey,
  checkKeyEncoding,
  checkKeyId,
  checkProvider,
  hostpathOf,
  identityOf,
  keysOf,
  type PublishedDocuments,
  readDiscovery,
  readKeys,
  type RegisteredProvider,
} from "./web-identity";

/** A token without its signature. */
export interface UnsignedToken {
  readonly header: Readonly<Record<string, unknown>>;
  readonly claims: Readonly<Record<string, unknown>>;
  /**
   * The `kid` of the published key that verifies the signature; `false`: no published key does.
   * @default - not tried
   */
  readonly verifiedBy?: string | false;
}

/** What is known of a call of `sts:AssumeRoleWithWebIdentity`; every part may be missing. */
export interface WebIdentityParts {
  readonly token?: UnsignedToken;
  readonly documents?: Partial<PublishedDocuments>;
  /** What the discovery document's `issuer` must be. @default - the provider's URL */
  readonly issuerUrl?: string;
  readonly provider?: RegisteredProvider;
  readonly trustPolicy?: unknown;
  /** @default - nothing is said about times */
  readonly now?: Date;
}

/**
 * Looks at as much of a call as is known: by the rules of {@link decideWebIdentity} and in their order, but
 * past the first that is violated, without a signature, and with parts missing. What needs a missing part
 * is left out.
 *
 * @returns at least the finding that a statement allows it, where token, provider and trust policy are
 * given and agree
 *
 * @example
 * inspectWebIdentity({ documents: { discovery: "<html>" } })[0]?.code; // "IRSA-TRUST-DISCOVERY-FORM"
 */
export function inspectWebIdentity(parts: WebIdentityParts): Finding[] {
  const { token, documents = {}, provider, trustPolicy, now } = parts;
  const { issuerUrl = provider?.url } = parts;
  const claims = token?.claims;
  return [
    ...(provider === undefined ? [] : checkProvider(provider)),
    ...(documents.discovery === undefined
      ? []
      : findingsOf(() => checkDiscovery(readDiscovery(documents.discovery), issuerUrl))),
    ...(documents.jwks === undefined ? [] : findingsOf(() => checkKeys(documents.jwks, token))),
    ...(token === undefined ? [] : checkAlgorithm(token.header.alg)),
    ...(claims === undefined || provider === undefined ? [] : checkIssuer(claims, provider)),
    ...(claims === undefined ? [] : checkClaims(claims, { provider, now })),
    ...(claims === undefined || provider === undefined || trustPolicy === undefined
      ? []
      : findingsOf(() =>
          evaluateTrustPolicy(trustPolicy, {
            principal: provider.arn,
            context: buildContext(identityOf(claims), hostpathOf(provider)),
          }),
        )),
  ];
}

function findingsOf(check: () => readonly Finding[]): readonly Finding[] {
  try {
    return check();
  } catch (error) {
    if (error instanceof Refusal) return error.findings;
    throw error;
  }
}

/** The token's key first, then the encoding of the others. */
function checkKeys(jwks: unknown, token: UnsignedToken | undefined): Finding[] {
  const keys = readKeys(jwks);
  if (token === undefined) return keys.flatMap(checkKeyEncoding);
  const { alg, kid = "" } = token.header;
  const candidates = keysOf(kid, keys);
  const refusals = candidates.map((key) => checkKey(key, alg));
  const isRefused = refusals.length > 0 && refusals.every(([finding]) => finding !== undefined);
  const others = keys.filter((key) => !candidates.includes(key));
  return [
    ...checkKeyId(kid, keys),
    ...(isRefused ? refusals.flat() : []),
    ...(candidates.length > 0 && !isRefused && token.verifiedBy === false
      ? [badSignature(kid)]
      : []),
    ...others.flatMap(checkKeyEncoding),
  ];
}
