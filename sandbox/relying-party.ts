import { createPrivateKey, type KeyObject, randomUUID } from "node:crypto";
import {
  createLocalJWKSet,
  decodeProtectedHeader,
  type JSONWebKeySet,
  type JWTPayload,
  jwtVerify,
  SignJWT,
} from "jose";
import { onLoopback } from "./loopback";

/** The members of a discovery document that a relying party needs. */
export interface Discovery {
  readonly issuer: string;
  readonly jwks_uri: string;
  readonly id_token_signing_alg_values_supported: readonly string[];
}

/**
 * Does with a token what AWS STS does: finds the issuer's keys by OpenID Connect discovery, as an
 * anonymous client, and checks signature, issuer, audience and time.
 *
 * @see {@link https://openid.net/specs/openid-connect-discovery-1_0.html OpenID Connect Discovery}
 */
export class RelyingParty {
  /**
   * @param locate from a URL of the real world to where it is served in the test
   * @param audience what tokens must be meant for
   */
  constructor(
    private readonly locate: (url: string) => string,
    private readonly audience = "sts.amazonaws.com",
  ) {}

  /** @throws {Error} the documents are not there, or do not say what they must */
  async discover(issuer: string): Promise<{ discovery: Discovery; jwks: JSONWebKeySet }> {
    const url = `${issuer}/.well-known/openid-configuration`;
    const discovery = (await this.fetchJson(url)) as Discovery;
    if (discovery.issuer !== issuer) {
      throw new Error(`issuer of ${url} must be ${issuer}, is: ${discovery.issuer}`);
    }
    return { discovery, jwks: (await this.fetchJson(discovery.jwks_uri)) as JSONWebKeySet };
  }

  /**
   * @param issuer the URL of an IAM identity provider
   * @returns the token's claims
   * @throws {Error} the token is not one of the issuer
   */
  async verify(token: string, issuer: string): Promise<JWTPayload> {
    const { discovery, jwks } = await this.discover(issuer);
    if (decodeProtectedHeader(token).kid === undefined) throw new Error('token has no "kid"');
    const { payload } = await jwtVerify(token, createLocalJWKSet(jwks), {
      issuer,
      audience: this.audience,
      algorithms: [...discovery.id_token_signing_alg_values_supported],
      requiredClaims: ["exp", "iat", "sub"],
    });
    return payload;
  }

  private async fetchJson(url: string): Promise<unknown> {
    const response = await fetch(onLoopback(this.locate(url)), { redirect: "error" });
    const type = response.headers.get("content-type");
    if (!response.ok) throw new Error(`${url} answers ${response.status}`);
    if (type !== "application/json") throw new Error(`${url} has content type ${type ?? "none"}`);
    return response.json();
  }
}

/** Maps S3 URLs, path style and virtual-hosted, to an endpoint that serves path style. */
export function s3At(endpoint: string): (url: string) => string {
  return (url) => {
    const { protocol, hostname, pathname } = new URL(url);
    const bucket = /^(?:(.+)\.)?s3[.-][a-z0-9-]+\.amazonaws\.(?:com|com\.cn|eu)$/.exec(hostname);
    if (protocol !== "https:" || !bucket) throw new Error(`not a URL of S3: ${url}`);
    return `${endpoint}${bucket[1] === undefined ? "" : `/${bucket[1]}`}${pathname}`;
  };
}

/** What a ServiceAccount token is made of. */
export interface TokenProps {
  /** PKCS#1, SEC1 or PKCS#8. */
  readonly privateKeyPem: string;
  readonly keyId: string;
  readonly issuer: string;
  /** @default "sts.amazonaws.com" */
  readonly audience?: string;
  /** @default "default" */
  readonly namespace?: string;
  /** @default "default" */
  readonly serviceAccount?: string;
  /**
   * Seconds from now; negative for an expired token.
   * @default 86400
   */
  readonly expiresIn?: number;
  /**
   * Seconds since 1970.
   * @default - now
   */
  readonly issuedAt?: number;
}

/** Signs a token as the API server does for a projected volume: bound to a pod and its node. */
export async function signToken({
  privateKeyPem,
  keyId,
  issuer,
  audience = "sts.amazonaws.com",
  namespace = "default",
  serviceAccount = "default",
  expiresIn = 86_400,
  issuedAt: now = Math.floor(Date.now() / 1000),
}: TokenProps): Promise<string> {
  const key = createPrivateKey(privateKeyPem);
  return new SignJWT({
    aud: [audience],
    exp: now + expiresIn,
    iat: now,
    iss: issuer,
    jti: randomUUID(),
    "kubernetes.io": {
      namespace,
      node: { name: "worker-1", uid: randomUUID() },
      pod: { name: "app-0", uid: randomUUID() },
      serviceaccount: { name: serviceAccount, uid: randomUUID() },
    },
    nbf: now,
    sub: `system:serviceaccount:${namespace}:${serviceAccount}`,
  })
    .setProtectedHeader({ alg: algorithm(key), kid: keyId })
    .sign(key);
}

function algorithm({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject): string {
  if (asymmetricKeyType === "rsa") return "RS256";
  const curves: Record<string, string> = {
    prime256v1: "ES256",
    secp384r1: "ES384",
    secp521r1: "ES512",
  };
  const found = curves[asymmetricKeyDetails?.namedCurve ?? ""];
  if (!found) throw new Error("Kubernetes signs with RSA, P-256, P-384 or P-521 only");
  return found;
}
