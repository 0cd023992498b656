import { compactVerify, decodeProtectedHeader, importJWK, type JWK } from "jose";
import { describeUrlDifference, type Finding } from "../validation";
import { report, type TrustRuleName } from "./findings";
import { isRecord, readJsonObject, Refusal, refuseFor } from "./refusal";

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
  const discovery = readDiscovery(documents.discovery);
  refuseFor([...checkProvider(provider), ...checkDiscovery(discovery, provider.url)]);
  const claims = await verifyClaims(token, readKeys(documents.jwks));
  refuseFor([...checkIssuer(claims, provider), ...checkClaims(claims, { provider, now })]);
  return identityOf(claims);
}

/** What IAM makes condition keys of. */
export function identityOf(claims: Record<string, unknown>): WebIdentity {
  const audiences = strings(claims.aud);
  const azp = typeof claims.azp === "string" ? claims.azp : undefined;
  return {
    sub: String(claims.sub),
    aud: azp ?? audiences[0] ?? "",
    oaud: azp === undefined ? [] : audiences,
    amr: strings(claims.amr),
  };
}

/** @throws {Refusal} it is not a JSON object */
export function readDiscovery(json: unknown): Record<string, unknown> {
  return readJsonObject(json, "the discovery document", "discoveryForm");
}

/**
 * The keys of a JWKS that are JSON objects.
 *
 * @throws {Refusal} it is not a JSON object
 */
export function readKeys(json: unknown): Record<string, unknown>[] {
  const { keys } = readJsonObject(json, "the JWKS", "jwksForm");
  return ((Array.isArray(keys) ? keys : []) as unknown[]).filter(isRecord);
}

export function checkProvider(provider: RegisteredProvider): Finding[] {
  const [, registered] = provider.arn.split(":oidc-provider/");
  return [
    ...check(
      provider.url.startsWith("https://"),
      "providerUrl",
      "provider URL must begin with https://",
      { actual: provider.url },
    ),
    ...check(
      registered === hostpathOf(provider),
      "providerArn",
      `provider ARN must end with oidc-provider/${hostpathOf(provider)}`,
      { expected: `…:oidc-provider/${hostpathOf(provider)}`, actual: provider.arn },
    ),
  ];
}

/** @param url the provider's. @default - not known, so that the issuer is not compared */
export function checkDiscovery(
  { issuer, jwks_uri: jwksUri }: Record<string, unknown>,
  url?: string,
): Finding[] {
  return [
    ...(url === undefined
      ? []
      : check(
          issuer === url,
          "discoveryIssuer",
          `issuer of the discovery document must be the provider's URL${differing(url, issuer)}`,
          { expected: show(url), actual: show(issuer) },
        )),
    ...check(
      typeof jwksUri === "string" && jwksUri.startsWith("https://"),
      "discoveryJwksUri",
      "jwks_uri of the discovery document must begin with https://",
      { actual: show(jwksUri) },
    ),
  ];
}

function differing(expected: string, actual: unknown): string {
  const difference =
    typeof actual === "string" ? describeUrlDifference(expected, actual) : undefined;
  return difference === undefined ? "" : `; they differ in ${difference}`;
}

/** A finding unless it is good. */
function check(
  isGood: boolean,
  rule: TrustRuleName,
  what: string,
  compared?: Pick<Finding, "expected" | "actual">,
): Finding[] {
  return isGood ? [] : [report(rule, what, compared)];
}

async function verifyClaims(
  token: string,
  keys: readonly Record<string, unknown>[],
): Promise<Record<string, unknown>> {
  const { alg = "none", kid = "" } = readHeader(token);
  refuseFor(checkAlgorithm(alg));
  refuseFor(checkKeyId(kid, keys));
  const refusals: Finding[] = [];
  for (const key of keysOf(kid, keys)) {
    const outcome = await verifyWithKey(token, key, alg);
    if ("claims" in outcome) return outcome.claims;
    refusals.push(outcome.refusal);
  }
  throw new Refusal(refusals);
}

/** @param alg of a token's header */
export function checkAlgorithm(alg: unknown): Finding[] {
  return check(
    algorithms.some((one) => one === alg),
    "tokenAlgorithm",
    "alg of the token must be one that STS accepts",
    { expected: algorithms.join(", "), actual: show(alg) },
  );
}

/** @param kid of a token's header */
export function checkKeyId(kid: unknown, keys: readonly Record<string, unknown>[]): Finding[] {
  return check(
    keysOf(kid, keys).length > 0,
    "tokenKey",
    `no key of the JWKS has the token's kid ${show(kid)}`,
    {
      expected: show(kid),
      actual: keys.map((key) => show(key.kid ?? "")).join(", ") || "no key",
    },
  );
}

/** The keys that may have signed a token with this `kid`. */
export function keysOf(
  kid: unknown,
  keys: readonly Record<string, unknown>[],
): Record<string, unknown>[] {
  return keys.filter((key) => (key.kid ?? "") === kid);
}

function readHeader(token: string): { alg?: string; kid?: string } {
  try {
    return decodeProtectedHeader(token);
  } catch {
    throw new Refusal([report("tokenForm", "the token is not a signed JWT")]);
  }
}

/** @returns the claims, or why the key does not verify the token */
async function verifyWithKey(
  token: string,
  key: Record<string, unknown>,
  alg: string,
): Promise<{ readonly claims: Record<string, unknown> } | { readonly refusal: Finding }> {
  const [unsuitable] = checkKey(key, alg);
  if (unsuitable !== undefined) return { refusal: unsuitable };
  try {
    const { payload } = await compactVerify(token, await importJWK(key as JWK, alg), {
      algorithms: [alg],
    });
    const text = new TextDecoder().decode(payload);
    return { claims: readJsonObject(text, "the payload of the token", "tokenPayload") };
  } catch (error) {
    if (error instanceof Refusal) throw error;
    return { refusal: badSignature(key.kid) };
  }
}

export function badSignature(kid: unknown): Finding {
  return report("signature", `the signature is not one of ${nameOf(kid)}`);
}

function nameOf(kid: unknown): string {
  return `the key with kid ${show(kid ?? "")}`;
}

/** Why STS does not verify signatures of an algorithm with a published key: at most one finding. */
export function checkKey(key: Record<string, unknown>, alg: unknown): Finding[] {
  const name = nameOf(key.kid);
  if (key.use !== undefined && key.use !== "sig") {
    const compared = { expected: '"sig"', actual: show(key.use) };
    return [report("keyUse", `${name} is not for signatures`, compared)];
  }
  if (key.alg !== undefined && key.alg !== alg) {
    const compared = { expected: show(alg), actual: show(key.alg) };
    return [
      report("keyAlgorithm", `${name} is for ${show(key.alg)}, not ${String(alg)}`, compared),
    ];
  }
  return checkKeyEncoding(key);
}

/** STS takes no line breaks, no padding and no leading zero byte of a modulus or exponent. */
export function checkKeyEncoding(key: Record<string, unknown>): Finding[] {
  const member = ["n", "e", "x", "y"].find((one) => key[one] !== undefined && !isMinimal(key, one));
  if (member === undefined) return [];
  const what = `"${member}" of ${nameOf(key.kid)} is not base64url of minimal length: it has ${encodingFault(key[member])}`;
  return [report("keyEncoding", what)];
}

function encodingFault(given: unknown): string {
  const text = String(given);
  if (/\s/.test(text)) return "line breaks";
  if (text.includes("=")) return "padding";
  if (/[+/]/.test(text)) return "characters of base64 that base64url does not have";
  return Buffer.from(text, "base64url")[0] === 0 ? "a leading zero byte" : "other characters";
}

function isMinimal(key: Record<string, unknown>, member: string): boolean {
  const text = String(key[member]);
  const bytes = Buffer.from(text, "base64url");
  return (
    bytes.toString("base64url") === text &&
    (key.kty === "EC" || (bytes.length > 0 && bytes[0] !== 0))
  );
}

export function checkIssuer(
  { iss }: Record<string, unknown>,
  { url }: RegisteredProvider,
): Finding[] {
  return check(
    iss === url,
    "issuer",
    `iss of the token must be the provider's URL${differing(url, iss)}`,
    { expected: show(url), actual: show(iss) },
  );
}

/** Checks a token's claims except `iss`; what needs a provider or a time that is not known is left out. */
export function checkClaims(
  claims: Record<string, unknown>,
  { provider, now }: { readonly provider?: RegisteredProvider; readonly now?: Date },
): Finding[] {
  const { sub, exp } = claims;
  return [
    ...(provider === undefined ? [] : checkAudience(claims, provider)),
    ...check(typeof sub === "string" && sub !== "", "subject", "the token must have a sub"),
    ...check(typeof exp === "number", "expiry", "the token must have an exp"),
    ...(now === undefined ? [] : checkTimes(claims, now)),
  ];
}

function checkTimes({ exp, nbf }: Record<string, unknown>, now: Date): Finding[] {
  const seconds = now.getTime() / 1000;
  const clock = formatTime(seconds);
  return [
    ...(typeof exp === "number"
      ? check(exp > seconds, "expired", `the token expired ${formatTime(exp)}`, {
          expected: `later than ${clock}`,
          actual: formatTime(exp),
        })
      : []),
    ...(typeof nbf === "number"
      ? check(nbf <= seconds, "notYetValid", `the token is not valid before ${formatTime(nbf)}`, {
          expected: `not later than ${clock}`,
          actual: formatTime(nbf),
        })
      : []),
  ];
}

function checkAudience(
  { aud, azp }: Record<string, unknown>,
  { clientIds }: RegisteredProvider,
): Finding[] {
  const audiences = typeof azp === "string" ? [azp] : strings(aud);
  if (audiences.length > 1) {
    const what = "aud of the token must be one audience where there is no azp";
    return [report("audiences", what, { expected: "one audience", actual: show(aud) })];
  }
  return check(
    audiences.some((audience) => clientIds.includes(audience)),
    "audience",
    "aud of the token must be one of the provider's audiences",
    { expected: clientIds.map(show).join(" or "), actual: show(azp ?? aud) },
  );
}

function strings(value: unknown): string[] {
  const values: unknown[] = Array.isArray(value) ? value : [value];
  return values.filter((one) => typeof one === "string");
}

function formatTime(seconds: number): string {
  const date = new Date(seconds * 1000);
  return Number.isNaN(date.getTime()) ? `${seconds} s after 1970` : date.toISOString();
}

function show(value: unknown): string {
  return value === undefined ? "missing" : JSON.stringify(value);
}
