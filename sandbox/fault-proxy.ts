import { EventEmitter, once } from "node:events";
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  request as httpRequest,
  type ServerResponse,
} from "node:http";
import { listen } from "./listen";
import { onLoopback } from "./loopback";

/** A request of an AWS client on its way to the emulator. */
export interface ProxiedRequest {
  readonly method: string;
  /** Without query, such as `/BUCKET/KEY` for S3. */
  readonly path: string;
  /** Names in the query, such as `policy` of a read of a bucket's policy. */
  readonly query: readonly string[];
  /** From the signature's credential scope, such as `s3` or `iam`; empty for an anonymous request. */
  readonly service: string;
  /** Such as `CreateSecret`; empty for S3, where method and path tell. */
  readonly action: string;
  readonly body: Buffer;
}

/** Chooses requests. */
export type RequestMatcher = (request: ProxiedRequest) => boolean;

/** The upload of an object with this key, to any bucket. */
export function putObject(key: string): RequestMatcher {
  return ({ method, service, path }) =>
    method === "PUT" && service === "s3" && path.endsWith(`/${key}`);
}

/** Every request to a service, such as `iam`. */
export function toService(name: string): RequestMatcher {
  return ({ service }) => service === name;
}

/** An action of a service, such as `CreateOpenIDConnectProvider`. */
export function action(name: string): RequestMatcher {
  return (request) => request.action === name;
}

/** A request that changes nothing. */
function isRead({ method, action }: ProxiedRequest): boolean {
  return action === "" ? ["GET", "HEAD"].includes(method) : /^(Get|List|Describe)/.test(action);
}

/** What a {@link FaultProxy} answers in the emulator's place. */
export interface FaultOptions {
  /** @default 500 */
  readonly status?: number;
  /**
   * How many requests get the answer.
   * @default - all, until the fault is ended
   */
  readonly times?: number;
  /** @default - none */
  readonly body?: (request: ProxiedRequest) => string;
}

/** Errors that the emulator seems to answer. */
export interface Fault {
  /** The requests that got the error so far. */
  readonly requests: readonly ProxiedRequest[];
  /** Lets requests through again. */
  end(): void;
}

/** Requests that do not get through until they are released. */
export interface Hold {
  /** Settles when the first one has arrived. */
  readonly arrived: Promise<ProxiedRequest>;
  /** Lets the held and all further requests through. */
  release(): void;
}

/** A check after each change. */
export interface Observation {
  /** The changes that were checked so far. */
  readonly changes: readonly ProxiedRequest[];
  /** What the check threw. */
  readonly failures: readonly unknown[];
}

/**
 * A proxy on 127.0.0.1 in front of the emulator that forwards everything, until a test lets it fail,
 * hold or observe requests. A test uses its `url` as the endpoint of AWS.
 */
export class FaultProxy {
  private readonly server = createServer((request, response) => {
    void this.handle(request, response);
  });
  private readonly faults = new Set<(request: ProxiedRequest) => Answer | undefined>();
  private readonly holds = new Set<(request: ProxiedRequest) => Promise<unknown> | undefined>();
  private readonly observers = new Set<(request: ProxiedRequest) => Promise<void>>();

  private constructor(
    private readonly target: URL,
    private port = 0,
  ) {}

  /** @param target the emulator's URL */
  static async start(target: string): Promise<FaultProxy> {
    const proxy = new FaultProxy(new URL(onLoopback(target)));
    proxy.port = await listen(proxy.server);
    return proxy;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Answers an error to matching requests: to so many, or until the fault is ended. */
  fail(matches: RequestMatcher, options: FaultOptions = {}): Fault {
    const { status = 500, times = Infinity, body = () => "" } = options;
    const requests: ProxiedRequest[] = [];
    const fault = (request: ProxiedRequest) => {
      if (requests.length >= times || !matches(request)) return undefined;
      requests.push(request);
      return { status, body: body(request) };
    };
    this.faults.add(fault);
    return { requests, end: () => this.faults.delete(fault) };
  }

  /** Holds matching requests, so that a test can act at a known moment. */
  hold(matches: RequestMatcher): Hold {
    const arrival = new EventEmitter();
    const arrived = once(arrival, "request") as Promise<[ProxiedRequest]>;
    const released = once(arrival, "release");
    const hold = (request: ProxiedRequest) => {
      if (!matches(request)) return undefined;
      arrival.emit("request", request);
      return released;
    };
    this.holds.add(hold);
    return {
      arrived: arrived.then(([request]) => request),
      release: () => {
        this.holds.delete(hold);
        arrival.emit("release");
      },
    };
  }

  /** Runs a check after each change that the emulator made, before the client learns of it. */
  observe(check: (request: ProxiedRequest) => unknown): Observation {
    const changes: ProxiedRequest[] = [];
    const failures: unknown[] = [];
    this.observers.add(async (request) => {
      changes.push(request);
      try {
        await check(request);
      } catch (failure) {
        failures.push(failure);
      }
    });
    return { changes, failures };
  }

  /** Ends all faults, holds and observations. */
  clear(): void {
    this.faults.clear();
    this.holds.clear();
    this.observers.clear();
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async handle(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    try {
      const request = await read(incoming);
      for (const hold of this.holds) await hold(request);
      if (outgoing.destroyed) return;
      for (const fault of this.faults) {
        const answer = fault(request);
        if (answer !== undefined) {
          outgoing.writeHead(answer.status).end(answer.body);
          return;
        }
      }
      const answer = await this.forward(incoming, request.body);
      if (!isRead(request)) {
        for (const observer of this.observers) await observer(request);
      }
      outgoing.writeHead(answer.status, answer.headers).end(answer.body);
    } catch (error) {
      outgoing.writeHead(502).end(String(error));
    }
  }

  private async forward({ method, url, headers }: IncomingMessage, body: Buffer) {
    const { expect: _, ...rest } = headers;
    return new Promise<{ status: number; headers: IncomingHttpHeaders; body: Buffer }>(
      (resolve, reject) => {
        httpRequest(
          new URL(url ?? "/", this.target),
          { method, headers: rest, agent: false },
          (response) => {
            const { statusCode: status = 502, headers } = response;
            readBody(response).then((body) => {
              resolve({ status, headers, body });
            }, reject);
          },
        )
          .once("error", reject)
          .end(body);
      },
    );
  }
}

interface Answer {
  readonly status: number;
  readonly body: string;
}

async function read(incoming: IncomingMessage): Promise<ProxiedRequest> {
  const { method = "GET", url = "/", headers } = incoming;
  const body = await readBody(incoming);
  const target = headers["x-amz-target"];
  return {
    method,
    path: decodeURIComponent(url.replace(/\?.*/s, "")),
    query: [...new URLSearchParams(url.replace(/^[^?]*/, "")).keys()],
    service:
      /Credential=[^,]*\/([^/,]+)\/aws4_request/.exec(headers.authorization ?? "")?.[1] ?? "",
    action:
      typeof target === "string"
        ? target.replace(/.*\./, "")
        : (/^(?:.*&)?Action=(\w+)/.exec(body.toString("latin1"))?.[1] ?? ""),
    body,
  };
}

async function readBody(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
