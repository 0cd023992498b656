import { compactVerify, decodeProtectedHeader, importJWK, type JWK } from "jose";
import { isRecord, jsonObject, Refusal, refuseFor } from "./refusal";

/** An OpenID Connect provider as it is registered with IAM. */
export interface RegisteredProvider {
  /** The issuer's URL. */
  readonly url: string;
  readonly arn: string;
  /** The audiences that it takes. */
  readonly clientIds: readonly string[];
}

/** What an issuer publishes, as text or parsed. */
export interface PublishedDocuments {
  readonly discovery: unknown;
  readonly jwks: unknown;
}

/** The claims of a token that IAM makes condition keys of. */
export interface WebIdentity {
  readonly sub: string;
  readonly aud: string;
  /** The audiences of a token that has an authorized party too. */
  readonly oaud: readonly string[];
  readonly amr: readonly string[];
}

/** @see {@link https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_oidc.html Create an OpenID Connect identity provider in IAM} */
const algorithms = ["RS256", "RS384", "RS512", "ES256", "ES384", "ES512"];

/** `https://` and what provider ARNs and condition keys begin with or end in. */
export function hostpathOf({ url }: RegisteredProvider): string {
  return url.replace(/^https:\/\//, "");
}

/**
 * Checks a token as AWS STS does before it looks at any policy.
 *
 * @param now the time of the request
 * @throws {Refusal} with every claim that is wrong; before that, a key or signature that is
 */
export async function verifyWebIdentity(
  token: string,
  documents: PublishedDocuments,
  provider: RegisteredProvider,
  now: Date,
): Promise<WebIdentity> {
  refuseFor(registrationReasons(documents, provider));
  const claims = await verifiedClaims(token, jsonObject(documents.jwks, "the JWKS"));
  refuseFor(claimReasons(claims, provider, now));
  const audiences = strings(claims.aud);
  const azp = typeof claims.azp === "string" ? claims.azp : undefined;
  return {
    sub: String(claims.sub),
    aud: azp ?? audiences[0] ?? "",
    oaud: azp === undefined ? [] : audiences,
    amr: strings(claims.amr),
  };
}

function registrationReasons(
  documents: PublishedDocuments,
  provider: RegisteredProvider,
): string[] {
  const { issuer, jwks_uri: jwksUri } = jsonObject(documents.discovery, "the discovery document");
  const [, registered] = provider.arn.split(":oidc-provider/");
  return [
    ...(provider.url.startsWith("https://")
      ? []
      : [`provider URL must begin with https://, is ${provider.url}`]),
    ...(registered === hostpathOf(provider)
      ? []
      : [`provider ARN must end with oidc-provider/${hostpathOf(provider)}, is ${provider.arn}`]),
    ...(issuer === provider.url
      ? []
      : [`issuer of the discovery document must be ${provider.url}, is ${show(issuer)}`]),
    ...(typeof jwksUri === "string" && jwksUri.startsWith("https://")
      ? []
      : [`jwks_uri of the discovery document must begin with https://, is ${show(jwksUri)}`]),
  ];
}

async function verifiedClaims(
  token: string,
  jwks: Record<string, unknown>,
): Promise<Record<string, unknown>> {
  const { alg = "none", kid = "" } = header(token);
  refuseFor(
    algorithms.includes(alg)
      ? []
      : [`alg of the token must be ${algorithms.join(", ")}, is ${show(alg)}`],
  );
  const keys = (Array.isArray(jwks.keys) ? jwks.keys : []) as unknown[];
  const candidates = keys.filter(isRecord).filter((key) => (key.kid ?? "") === kid);
  refuseFor(candidates.length > 0 ? [] : [`no key of the JWKS has the token's kid ${show(kid)}`]);
  const reasons: string[] = [];
  for (const key of candidates) {
    const outcome = await verified(token, key, alg);
    if (typeof outcome !== "string") return outcome;
    reasons.push(outcome);
  }
  throw new Refusal(reasons);
}

function header(token: string): { alg?: string; kid?: string } {
  try {
    return decodeProtectedHeader(token);
  } catch {
    throw new Refusal(["the token is not a signed JWT"]);
  }
}

/** @returns the claims, or why the key is none for the token */
async function verified(
  token: string,
  key: Record<string, unknown>,
  alg: string,
): Promise<Record<string, unknown> | string> {
  const name = `the key with kid ${show(key.kid ?? "")}`;
  if (key.use !== undefined && key.use !== "sig") return `${name} is not for signatures`;
  if (key.alg !== undefined && key.alg !== alg)
    return `${name} is for ${show(key.alg)}, not ${alg}`;
  const member = ["n", "e", "x", "y"].find((one) => key[one] !== undefined && !isMinimal(key, one));
  if (member !== undefined) {
    return `"${member}" of ${name} is not base64url of minimal length, without line breaks and padding`;
  }
  try {
    const { payload } = await compactVerify(token, await importJWK(key as JWK, alg), {
      algorithms: [alg],
    });
    return jsonObject(new TextDecoder().decode(payload), "the payload of the token");
  } catch (error) {
    if (error instanceof Refusal) throw error;
    return `the signature is not one of ${name}`;
  }
}

/** STS takes no line breaks, no padding and no leading zero byte of a modulus or exponent. */
function isMinimal(key: Record<string, unknown>, member: string): boolean {
  const text = String(key[member]);
  const bytes = Buffer.from(text, "base64url");
  return (
    bytes.toString("base64url") === text &&
    (key.kty === "EC" || (bytes.length > 0 && bytes[0] !== 0))
  );
}

function claimReasons(
  claims: Record<string, unknown>,
  provider: RegisteredProvider,
  now: Date,
): string[] {
  const { iss, sub, exp, nbf } = claims;
  const seconds = now.getTime() / 1000;
  return [
    ...(iss === provider.url ? [] : [`iss of the token must be ${provider.url}, is ${show(iss)}`]),
    ...audienceReasons(claims, provider),
    ...(typeof sub === "string" && sub !== "" ? [] : ["the token must have a sub"]),
    ...(typeof exp === "number" ? [] : ["the token must have an exp"]),
    ...(typeof exp === "number" && exp <= seconds ? [`the token expired ${at(exp)}`] : []),
    ...(typeof nbf === "number" && nbf > seconds
      ? [`the token is not valid before ${at(nbf)}`]
      : []),
  ];
}

function audienceReasons(
  { aud, azp }: Record<string, unknown>,
  { clientIds }: RegisteredProvider,
): string[] {
  const audiences = typeof azp === "string" ? [azp] : strings(aud);
  if (audiences.length > 1) {
    return [`aud of the token must be one audience where there is no azp, is ${show(aud)}`];
  }
  return audiences.some((audience) => clientIds.includes(audience))
    ? []
    : [`aud of the token must be ${clientIds.join(" or ")}, is ${show(azp ?? aud)}`];
}

function strings(value: unknown): string[] {
  const values: unknown[] = Array.isArray(value) ? value : [value];
  return values.filter((one) => typeof one === "string");
}

function at(seconds: number): string {
  const date = new Date(seconds * 1000);
  return Number.isNaN(date.getTime()) ? `${seconds} s after 1970` : date.toISOString();
}

function show(value: unknown): string {
  return value === undefined ? "missing" : JSON.stringify(value);
}
