import { createPublicKey, type JsonWebKey, verify } from "node:crypto";
import type { TokenEvidence } from "../../modules/diagnosis";
import { decodeJwtPart, isObject, parseJson } from "../io/json";
import type { ClusterConnection } from "./cluster-connection";
import { NotCollected } from "./collected";
import { tokenRequestSchema } from "./kubernetes-objects";
import type { ObjectName } from "./object-name";

/** The shortest that the API server gives. */
const expirationSeconds = 600;

/** A token as long as it is needed: it goes nowhere but to STS, on request. */
export interface FreshToken {
  readonly token: string;
  readonly evidence: TokenEvidence;
}

/**
 * Asks the TokenRequest API for a token, and checks its signature with the published keys.
 *
 * @param jwks the published JWKS, when it is known
 * @see {@link https://kubernetes.io/docs/reference/kubernetes-api/authentication-resources/token-request-v1/ TokenRequest}
 */
export async function collectToken(
  cluster: ClusterConnection,
  { namespace, name }: ObjectName,
  audience: string,
  jwks: string | undefined,
): Promise<FreshToken> {
  const path = `/api/v1/namespaces/${namespace}/serviceaccounts/${name}/token`;
  const body = {
    apiVersion: "authentication.k8s.io/v1",
    kind: "TokenRequest",
    spec: { audiences: [audience], expirationSeconds },
  };
  const request = { path, permission: "create serviceaccounts/token", namespace };
  const { status } = await cluster.post(request, body, tokenRequestSchema);
  const requestedAt = new Date().toISOString();
  const { token } = status;
  const [header, claims] = token.split(".").map(decodeJwtPart);
  if (header === undefined || claims === undefined) {
    throw new NotCollected("the API server's answer to a TokenRequest contains no JWT");
  }
  const verifiedByPublished = jwks === undefined ? undefined : verifyingKeyId(token, header, jwks);
  return {
    token,
    evidence: {
      header,
      claims,
      requestedAt,
      ...(verifiedByPublished !== undefined && { verifiedByPublished }),
    },
  };
}

/** By the digits of the algorithm's name. */
const digests: Readonly<Record<string, string>> = {
  "256": "sha256",
  "384": "sha384",
  "512": "sha512",
};

/**
 * The `kid` of the published key that verifies a token.
 *
 * @returns false when none does, undefined when that cannot be tried
 */
function verifyingKeyId(
  token: string,
  { alg }: Readonly<Record<string, unknown>>,
  jwks: string,
): string | false | undefined {
  const digest = digests[String(alg).slice(2)];
  const keys = keysOf(jwks);
  if (digest === undefined || keys === undefined) return undefined;
  const end = token.lastIndexOf(".");
  const signed = Buffer.from(token.slice(0, end));
  const signature = Buffer.from(token.slice(end + 1), "base64url");
  for (const jwk of keys) {
    try {
      const key = createPublicKey({ key: publicHalf(jwk), format: "jwk" });
      const options = { key, dsaEncoding: "ieee-p1363" as const };
      const { kid = "" } = jwk;
      if (verify(digest, signed, options, signature)) return typeof kid === "string" ? kid : "";
    } catch {
      continue;
    }
  }
  return false;
}

/** A key without what makes no difference for it, such as line breaks in its numbers. */
function publicHalf({ kty, n, e, crv, x, y }: JsonWebKey): JsonWebKey {
  const members = Object.entries({ kty, n, e, crv, x, y }).filter(
    (member): member is [string, string] => typeof member[1] === "string",
  );
  return Object.fromEntries(members.map(([name, value]) => [name, value.replace(/\s/g, "")]));
}

function keysOf(jwks: string): readonly JsonWebKey[] | undefined {
  const parsed = parseJson(jwks);
  return isObject(parsed) && Array.isArray(parsed.keys)
    ? (parsed.keys as readonly JsonWebKey[])
    : undefined;
}
