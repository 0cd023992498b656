import type { HttpEvidence, PublishedEvidence } from "../../modules/diagnosis";
import { type HttpsAnswer, sendHttps } from "../io/https-request";
import type { Host } from "../io/host";
import { certificateEvidence } from "./certificate";
import type { Limits } from "./collected";
import { withoutPrivateMembers } from "./without-private-members";

const maxBytes = 1024 * 1024;

/** The headers that evidence contains. */
const headerNames = ["content-type", "cache-control", "location", "date", "last-modified"] as const;

/** An answer with the time at which it came. */
export interface TimedAnswer {
  readonly server: string;
  /** ISO 8601, with the time that caches have kept the answer for. */
  readonly time?: string;
  /** ISO 8601 */
  readonly localTime: string;
}

/** Both documents and the clocks of their hosts. */
export interface CollectedDocuments {
  readonly evidence: PublishedEvidence;
  readonly clocks: readonly TimedAnswer[];
}

/** Fetches both documents as AWS does: without credentials, without following redirects. */
export async function collectPublished(
  issuerUrl: string,
  limits: Limits,
  { io }: Host,
): Promise<CollectedDocuments> {
  const get = (url: string) => getDocument(url, limits, io);
  const discovery = await get(`${issuerUrl.replace(/\/$/, "")}/.well-known/openid-configuration`);
  const jwksUri = jwksUriOf(discovery.evidence);
  const jwks = jwksUri === undefined ? undefined : await get(jwksUri);
  return {
    evidence: {
      discovery: discovery.evidence,
      ...(jwks !== undefined && { jwks: jwks.evidence }),
    },
    clocks: [discovery, ...(jwks === undefined ? [] : [jwks])].map(({ clock }) => clock),
  };
}

/** Fetches a public document. What goes wrong is part of the evidence. */
export async function getDocument(
  url: string,
  { requestMilliseconds, signal }: Limits,
  { env, authorities }: Host["io"],
): Promise<{ readonly evidence: HttpEvidence; readonly clock: TimedAnswer }> {
  const answer = await sendHttps({
    ...{ url, maxBytes, signal, env, authorities },
    timeoutMilliseconds: requestMilliseconds,
  });
  return { evidence: httpEvidence(url, answer), clock: clockOf(new URL(url).host, answer) };
}

function httpEvidence(url: string, answer: HttpsAnswer): HttpEvidence {
  const { status, body, isTruncated, milliseconds, error, chain, chainError } = answer;
  const headers = headerNames.flatMap((name) => {
    const value = answer.headers[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return {
    url,
    headers: Object.fromEntries(headers),
    milliseconds,
    ...(status !== undefined && { status, body: withoutPrivateMembers(body) }),
    ...(isTruncated && { isTruncated }),
    ...(error !== undefined && { error }),
    ...(chain !== undefined && { chain: chain.map(certificateEvidence) }),
    ...(chainError !== undefined && { chainError }),
  };
}

/** What a server's clock says, by an answer that may have lain in a cache. */
export function clockOf(server: string, { headers }: HttpsAnswer): TimedAnswer {
  const localTime = new Date().toISOString();
  const date = Date.parse(headers.date ?? "");
  const age = Number(headers.age ?? 0);
  if (Number.isNaN(date) || !Number.isFinite(age)) return { server, localTime };
  return { server, localTime, time: new Date(date + age * 1000).toISOString() };
}

function jwksUriOf({ body = "" }: HttpEvidence): string | undefined {
  try {
    const { jwks_uri: uri } = JSON.parse(body) as { readonly jwks_uri?: unknown };
    return typeof uri === "string" && uri.startsWith("https://") && URL.canParse(uri)
      ? uri
      : undefined;
  } catch {
    return undefined;
  }
}
