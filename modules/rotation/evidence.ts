import { readKeyIds } from "../documents";

/** Something that was collected, or why it was not. */
type Collected<T> = { readonly value: T } | { readonly missing: string };

/** What a plan looks at besides the configuration; each part may be missing. */
export interface RotationEvidence {
  /** The published JWKS, as an anonymous client gets it. @default - not looked at */
  readonly published?: { readonly jwks?: PublishedJwks };
  /** Of each API server. @default - none was asked */
  readonly apiServers?: readonly ApiServerJwks[];
  /** Of each API server one, made a moment ago by the TokenRequest API. @default - none */
  readonly tokens?: readonly FreshToken[];
}

/** An answer to a GET request for the JWKS, or why there was none. */
export interface PublishedJwks {
  readonly url: string;
  /** @default - no answer */
  readonly status?: number;
  /** Names in lower case; `last-modified` says since when the document has been as it is. */
  readonly headers: Readonly<Record<string, string>>;
  /** @default - no answer */
  readonly body?: string;
  /** Why there was no answer. */
  readonly error?: string;
  /** Why the host's certificate is not trusted. @default - it is */
  readonly chainError?: string;
}

/** The keys that an API server accepts: it serves all of them, whichever signs. */
export interface ApiServerJwks {
  readonly endpoint: string;
  /** The answer to `/openid/v1/jwks`. */
  readonly jwks: Collected<string>;
}

/** Header and claims of a ServiceAccount token. */
export interface FreshToken {
  readonly header: Readonly<Record<string, unknown>>;
  readonly claims: Readonly<Record<string, unknown>>;
}

/** What is known of the published JWKS. */
export type ReadJwks =
  | { readonly keyIds: readonly string[]; readonly unchangedSince?: Date }
  | { readonly unknown: string };

/**
 * The `kid` of each published key, and since when the document has been the same: a key that it contains
 * has been published at least since then.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc9110#section-8.8.2 RFC 9110, Last-Modified}
 */
export function readPublishedJwks({ published }: RotationEvidence): ReadJwks {
  const answer = published?.jwks;
  if (answer === undefined) return { unknown: "the published JWKS was not looked at" };
  const { url, status = 200, headers, body, error, chainError } = answer;
  if (chainError !== undefined) {
    return { unknown: `the certificate of ${url} is not trusted (${chainError})` };
  }
  if (body === undefined || status !== 200) {
    return { unknown: `${url} has no JWKS: ${error ?? `it answers ${status}`}` };
  }
  const keyIds = readKeyIds(body);
  if (keyIds === undefined) return { unknown: `${url} is no JWKS` };
  const modified = parseHttpDate(headers["last-modified"]);
  return { keyIds, ...(modified !== undefined && { unchangedSince: modified }) };
}

/** `Fri, 27 Nov 2026 22:10:00 GMT`; undefined for anything else. */
function parseHttpDate(text = ""): Date | undefined {
  if (!/^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/.test(text))
    return undefined;
  const time = new Date(text);
  return Number.isNaN(time.getTime()) ? undefined : time;
}

/** What matters of a token. */
export interface ReadToken {
  readonly keyId: string;
  readonly issuer: string;
  /** `iat` */
  readonly issuedAt: Date;
}

/** The tokens that have a `kid`, an `iss` and an `iat`. */
export function readTokens({ tokens = [] }: Pick<RotationEvidence, "tokens">): ReadToken[] {
  return tokens.flatMap(({ header: { kid }, claims: { iss, iat } }) =>
    typeof kid === "string" && typeof iss === "string" && typeof iat === "number"
      ? [{ keyId: kid, issuer: iss, issuedAt: new Date(iat * 1000) }]
      : [],
  );
}
