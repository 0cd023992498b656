import { X509Certificate } from "node:crypto";
import { type IncomingHttpHeaders, type IncomingMessage, request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import type { Socket } from "node:net";
import { connect as connectTls, type DetailedPeerCertificate, TLSSocket } from "node:tls";

/** A request that follows no redirect and sends no credentials of this machine. */
export interface HttpsRequest {
  readonly url: string;
  /** @default - a GET request */
  readonly post?: { readonly contentType: string; readonly body: string };
  /**
   * Further headers, such as those that sign a request; these go to no host whose certificate is not trusted.
   * @default - none
   */
  readonly headers?: Readonly<Record<string, string>>;
  /** From the first packet to the last. */
  readonly timeoutMilliseconds: number;
  /** Ends the request early. */
  readonly signal: AbortSignal;
  /** What is longer is cut. */
  readonly maxBytes: number;
  /** Where `HTTPS_PROXY` and `NO_PROXY` are looked up. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Root certificates, PEM. @default - those that came with Node */
  readonly authorities?: readonly string[];
}

/** An answer, or why there was none; never an exception. */
export interface HttpsAnswer {
  readonly status?: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  readonly isTruncated: boolean;
  readonly milliseconds: number;
  /** A code such as `ENOTFOUND` or `ETIMEDOUT`. */
  readonly error?: string;
  /** Leaf first. */
  readonly chain?: readonly X509Certificate[];
  /** Why the chain is not trusted. */
  readonly chainError?: string;
}

/** What is known of an answer before it is complete. */
type Known = Omit<HttpsAnswer, "milliseconds">;

/** Sends a request, whatever certificate the host has. */
export async function sendHttps(request: HttpsRequest): Promise<HttpsAnswer> {
  const started = performance.now();
  const signal = AbortSignal.any([
    request.signal,
    AbortSignal.timeout(request.timeoutMilliseconds),
  ]);
  const known: { -readonly [Name in keyof Known]: Known[Name] } = {
    headers: {},
    body: "",
    isTruncated: false,
  };
  try {
    const answer = await receive(request, signal, known);
    known.status = answer.statusCode;
    known.headers = answer.headers;
    Object.assign(known, await readBody(answer, request.maxBytes));
  } catch (error) {
    const { code = "UNKNOWN" } = error as NodeJS.ErrnoException;
    known.error = code === "ABORT_ERR" ? "ETIMEDOUT" : code;
  }
  return { ...known, milliseconds: Math.round(performance.now() - started) };
}

async function receive(
  request: HttpsRequest,
  signal: AbortSignal,
  known: { chain?: readonly X509Certificate[]; chainError?: string },
): Promise<IncomingMessage> {
  const { post, env, authorities } = request;
  const url = new URL(request.url);
  const options = {
    signal,
    method: post === undefined ? "GET" : "POST",
    headers: {
      accept: "*/*",
      "user-agent": "irsa-doctor",
      ...request.headers,
      ...(post !== undefined && {
        "content-type": post.contentType,
        "content-length": Buffer.byteLength(post.body),
      }),
    },
  };
  if (url.protocol === "http:") {
    return response(requestHttp(url, { ...options, agent: false }), post?.body);
  }
  const proxy = proxyOf(url, env);
  const socket = proxy === undefined ? undefined : await tunnel(proxy, url, signal);
  const host = url.hostname.replace(/^\[|\]$/g, "");
  const outgoing = requestHttps(url, {
    ...options,
    // In place of an agent, which would keep the connection.
    createConnection: () =>
      connectTls({
        ...(socket === undefined ? { host, port: portOf(url) } : { socket }),
        ...(/^[\d.]+$|:/.test(host) ? {} : { servername: host }),
        ...(authorities !== undefined && { ca: [...authorities] }),
        // The chain is judged below: a request that fails shows less than an answer.
        rejectUnauthorized: request.headers !== undefined,
        ALPNProtocols: ["http/1.1"],
      }),
  });
  outgoing.once("socket", (connection) => {
    connection.once("secureConnect", () => {
      if (!(connection instanceof TLSSocket)) return;
      known.chain = chainOf(connection);
      if (!connection.authorized) known.chainError = chainErrorOf(connection);
    });
  });
  return response(outgoing, post?.body);
}

function response(
  outgoing: ReturnType<typeof requestHttp>,
  body: string | undefined,
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    outgoing.once("response", resolve).once("error", reject).end(body);
    // An error after the response is the body's.
    outgoing.on("error", () => undefined);
  });
}

async function readBody(
  answer: IncomingMessage,
  maxBytes: number,
): Promise<Pick<HttpsAnswer, "body" | "isTruncated">> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of answer as AsyncIterable<Buffer>) {
    parts.push(part);
    size += part.length;
    if (size > maxBytes) break;
  }
  answer.destroy();
  const body = new TextDecoder().decode(Buffer.concat(parts).subarray(0, maxBytes));
  return { body, isTruncated: size > maxBytes };
}

function portOf({ port }: URL): number {
  return port === "" ? 443 : Number(port);
}

/** The proxy for a host, as curl and Go's programs find it. */
function proxyOf({ hostname }: URL, env: HttpsRequest["env"]): URL | undefined {
  const given = env.HTTPS_PROXY ?? env.https_proxy ?? "";
  const direct = (env.NO_PROXY ?? env.no_proxy ?? "").split(",").map((entry) => entry.trim());
  const isDirect = direct.some(
    (entry) =>
      entry === "*" ||
      (entry !== "" && `.${hostname}`.endsWith(entry.startsWith(".") ? entry : `.${entry}`)),
  );
  const isLocal = hostname === "localhost" || /^127\.|^\[::1\]$/.test(hostname);
  const url = given.includes("://") ? given : `http://${given}`;
  return given === "" || isDirect || isLocal || !URL.canParse(url) ? undefined : new URL(url);
}

function tunnel(proxy: URL, url: URL, signal: AbortSignal): Promise<Socket> {
  const target = `${url.hostname}:${portOf(url)}`;
  const send = proxy.protocol === "https:" ? requestHttps : requestHttp;
  const login = `${decodeURIComponent(proxy.username)}:${decodeURIComponent(proxy.password)}`;
  const headers = {
    host: target,
    ...(login !== ":" && {
      "proxy-authorization": `Basic ${Buffer.from(login).toString("base64")}`,
    }),
  };
  const { host } = proxy;
  const address = `${proxy.protocol}//${host}`;
  return new Promise((resolve, reject) => {
    send(address, { method: "CONNECT", path: target, headers, agent: false, signal })
      .once("connect", ({ statusCode }: IncomingMessage, socket: Socket) => {
        if (statusCode === 200) resolve(socket);
        else reject(Object.assign(new Error(), { code: `EPROXY_${statusCode ?? 0}` }));
      })
      .once("error", ({ code = "" }: NodeJS.ErrnoException) => {
        reject(Object.assign(new Error(), { code: `EPROXY_${code}` }));
      })
      .end();
  });
}

function chainErrorOf({ authorizationError }: TLSSocket): string {
  const error: unknown = authorizationError;
  return error instanceof Error ? error.message : String(error);
}

/** The certificates that the host sent, with the root if it is known. */
function chainOf(socket: TLSSocket): X509Certificate[] {
  const chain: X509Certificate[] = [];
  const seen = new Set<string>();
  let next = socket.getPeerCertificate(true) as Partial<DetailedPeerCertificate> | undefined;
  while (next?.raw !== undefined && !seen.has(next.fingerprint256 ?? "")) {
    seen.add(next.fingerprint256 ?? "");
    chain.push(new X509Certificate(next.raw));
    next = next.issuerCertificate;
  }
  return chain;
}
