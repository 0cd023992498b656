import type { Violation } from "../validation";
import { IssuerUrlError } from "./errors";

/** Where the two documents of an issuer lie. */
export interface ObjectKeys {
  /** Fixed by OpenID Connect Discovery 1.0, section 4. */
  readonly discovery: string;
  /** Free to choose; named as in the module of the Talos documentation. */
  readonly jwks: string;
}

/** An issuer URL and what follows from it. */
export interface IssuerUrl {
  /** The canonical URL: `https://` and the host path. */
  readonly url: string;
  /** Host and path without scheme, as in IAM condition keys (`HOSTPATH:sub`) and provider ARNs. */
  readonly hostpath: string;
  /** Where the JWKS is published. */
  readonly jwksUri: string;
  /** Where the two documents lie on the issuer's host, without a leading slash. */
  readonly objectKeys: ObjectKeys;
}

/** 255 characters is IAM's limit for the URL of an OpenID Connect provider. */
const maxLength = 255;
const dnsName =
  /^(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/;
const pathSegments = /^(\/[A-Za-z0-9._~-]+)*$/;

/** What an issuer URL is checked for. */
export interface IssuerUrlOptions {
  /**
   * The URL is registered with IAM already, and tokens carry it: a slash at its end stays, since
   * both compare byte by byte.
   * @default false
   */
  readonly isRegistered?: boolean;
}

/**
 * Checks that an issuer URL has the one form that is byte-equal wherever it appears: token `iss`,
 * discovery document, IAM identity provider. Another form of the same URL is refused, not corrected,
 * because the cluster may already sign tokens with it.
 *
 * @param text such as `https://s3.eu-central-1.amazonaws.com/acme-oidc`
 * @throws {IssuerUrlError} with the rule as data and, where there is one, the canonical form
 * @see {@link https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateOpenIDConnectProvider.html CreateOpenIDConnectProvider}
 * @see {@link https://openid.net/specs/openid-connect-discovery-1_0.html OpenID Connect Discovery 1.0}
 *
 * @example
 * const { hostpath, jwksUri } = parseIssuerUrl("https://s3.eu-central-1.amazonaws.com/acme-oidc");
 */
export function parseIssuerUrl(text: string, options: IssuerUrlOptions = {}): IssuerUrl {
  const { isRegistered = false } = options;
  const refuse = (rule: string): never => {
    throw new IssuerUrlError(rule, withoutCredentials(text));
  };
  const url = parseUrl(text) ?? refuse("must be an absolute https URL");
  if (url.username !== "" || url.password !== "") {
    throw new IssuerUrlError("must contain no user name or password");
  }
  if (url.protocol !== "https:") refuse("must begin with https://");
  if (text.includes("?")) refuse("must have no query");
  if (text.includes("#")) refuse("must have no fragment");
  if (text.length > maxLength) refuse(`must have at most ${maxLength} characters`);
  const [, host = "", path = ""] = /^https:\/\/([^/]*)(.*)$/is.exec(text) ?? [];
  if (/:\d*$/.test(host)) refuse("must have no port; IAM takes none, not even 443");
  if (!dnsName.test(host.toLowerCase())) refuse("must have a DNS name as its host");
  const isClosed = path.endsWith("/");
  if (isClosed && !isRegistered) refuse("must not end with a slash");
  const folder = isClosed ? path.slice(0, -1) : path;
  if (!pathSegments.test(folder)) {
    refuse("must have a path of letters, digits, '.', '_', '~' and '-' between single slashes");
  }
  if (/\/\.{1,2}(\/|$)/.test(folder)) refuse("must have no '.' or '..' in its path");
  const canonical = `https://${host.toLowerCase()}${path}`;
  if (text !== canonical) refuse(`must be written "${canonical}"`);

  const objectKeys = buildObjectKeys(folder.slice(1));
  return {
    url: text,
    hostpath: `${host}${path}`,
    jwksUri: `https://${host}/${objectKeys.jwks}`,
    objectKeys,
  };
}

/**
 * Checks an issuer URL where violations are collected.
 *
 * @param path the way to the value; see {@link Violation}
 * @returns at most one violation, since each rule needs the ones before it
 *
 * @example
 * checkIssuerUrl(["issuerUrl"], "https://oidc.example.org/prod"); // []
 */
export function checkIssuerUrl(
  path: Violation["path"],
  text: string,
  options?: IssuerUrlOptions,
): Violation[] {
  try {
    parseIssuerUrl(text, options);
    return [];
  } catch (error) {
    if (!(error instanceof IssuerUrlError)) throw error;
    const { rule, given } = error;
    return [given === undefined ? { path, rule } : { path, rule, given }];
  }
}

/**
 * The object keys of an issuer's two documents.
 *
 * @param prefix the issuer's path below the host or bucket, without slashes around it; empty for none
 *
 * @example
 * buildObjectKeys("prod").jwks; // "prod/keys.json"
 */
export function buildObjectKeys(prefix = ""): ObjectKeys {
  const root = prefix === "" ? "" : `${prefix}/`;
  return { discovery: `${root}.well-known/openid-configuration`, jwks: `${root}keys.json` };
}

/** `URL.canParse` is no alternative: once it is compiled, Node 20 refuses what is not ASCII. */
function parseUrl(text: string): URL | undefined {
  try {
    return new URL(text);
  } catch {
    return undefined;
  }
}

/** Without what stands before an "@": it may be a password. */
function withoutCredentials(text: string): string {
  const at = text.lastIndexOf("@");
  const open = at === -1 ? text : `…${text.slice(at)}`;
  return open.length > maxLength ? `${open.slice(0, maxLength)}…` : open;
}
