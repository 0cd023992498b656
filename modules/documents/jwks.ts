import { NoKeysError } from "./errors";
import type { PublicJwk } from "./jwk";
import { assertDistinctKeys } from "./read-public-keys";

/**
 * A JWKS in its one canonical byte form: keys in the given order, members of each key in lexical
 * order, no white space. Terraform's `jsonencode` writes the same bytes.
 *
 * @param keys at least one, each once
 * @param emptyKeyIdFor the key that follows a second time with an empty `kid`, for API servers before
 *   Kubernetes 1.16, which write none into their tokens
 * @returns JSON without a line break at its end
 * @throws {NoKeysError} no key: an empty set would end every role assumption of the cluster at once
 * @throws {DuplicateKeyError} two of the keys are the same, or have the same `kid`
 * @see {@link https://www.rfc-editor.org/rfc/rfc7517#section-5 RFC 7517, section 5}
 *
 * @example
 * const jwks = buildJwks(await readPublicKeys(readFileSync("sa.pub", "utf8")));
 */
export function buildJwks(keys: readonly PublicJwk[], emptyKeyIdFor?: PublicJwk): string {
  if (keys.length === 0) throw new NoKeysError("a JWKS must have at least one key");
  assertDistinctKeys(keys, "the JWKS");
  const again = emptyKeyIdFor === undefined ? [] : [{ ...emptyKeyIdFor, kid: "" }];
  return JSON.stringify({ keys: [...keys, ...again].map(publicMembers) });
}

/** Nothing else is published, whatever an object has besides. */
function publicMembers(key: PublicJwk): PublicJwk {
  const { alg, kid, use } = key;
  return key.kty === "RSA"
    ? ({ alg, e: key.e, kid, kty: key.kty, n: key.n, use } as PublicJwk)
    : ({ alg, crv: key.crv, kid, kty: key.kty, use, x: key.x, y: key.y } as PublicJwk);
}

/**
 * Lists the `kid` of each key of a published JWKS, in order. Keys without a `kid` are left out. An empty `kid`, with
 * which some set-ups publish a key a second time, is kept.
 *
 * @param jwks JSON
 * @returns undefined if the text is not a JWKS
 * @see {@link https://www.rfc-editor.org/rfc/rfc7517#section-5 RFC 7517, section 5}
 *
 * @example
 * readKeyIds('{"keys":[{"kty":"EC","kid":"a"}]}'); // ["a"]
 */
export function readKeyIds(jwks: string): string[] | undefined {
  try {
    const { keys } = JSON.parse(jwks) as { readonly keys?: unknown };
    if (!Array.isArray(keys)) return undefined;
    return keys.flatMap((key: unknown) => {
      const { kid } = (key ?? {}) as { readonly kid?: unknown };
      return typeof kid === "string" ? [kid] : [];
    });
  } catch {
    return undefined;
  }
}
