import { writeFileSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer, type Server } from "node:https";
import { join } from "node:path";
import { temporaryDirectory } from "../../sandbox/directory";
import { listen } from "../../sandbox/listen";
import { makeCertificates } from "../../sandbox/tls-endpoint";

/** A request that the API server got. */
export interface ApiRequest {
  readonly method: string;
  /** With its query, except for the time-out that kubectl adds. */
  readonly path: string;
  readonly body: unknown;
}

/** An answer: an object, or anything else that a server can do. */
export type ApiAnswer =
  | { readonly status: number; readonly body: unknown }
  /** As it is, with status 200. */
  | { readonly text: string }
  | "no answer";

/** What the API server answers, by `METHOD PATH`; an answer may be made of the request. */
export type ApiAnswers = Record<
  string,
  ApiAnswer | ((request: ApiRequest) => ApiAnswer | Promise<ApiAnswer>)
>;

/** A success. */
export const found = (body: unknown): ApiAnswer => ({ status: 200, body });

/** A failure, as the API server writes it. */
export const failure = (status: number, reason: string, message: string): ApiAnswer => ({
  status,
  body: { kind: "Status", apiVersion: "v1", status: "Failure", message, reason, code: status },
});

/** Stands in for the API servers of a cluster, over HTTPS on 127.0.0.1; notes every request. */
export class KubernetesApi {
  readonly requests: ApiRequest[] = [];
  /** For all servers. */
  answers: ApiAnswers = {};
  /** For one server, by its place among them; before those for all. */
  answersOf: Record<number, ApiAnswers> = {};

  private constructor(
    private readonly servers: readonly Server[],
    readonly urls: readonly string[],
    private readonly rootFile: string,
    /** The root certificate of the servers, PEM. */
    readonly root: string,
  ) {}

  /** @param count of API servers; the kubeconfig names the first */
  static async start(count = 1): Promise<KubernetesApi> {
    const { chain, key, root, rootFile } = makeCertificates(["127.0.0.1", "kubernetes"]);
    const servers = Array.from({ length: count }, () => createServer({ cert: chain, key }));
    const urls: string[] = [];
    for (const server of servers) urls.push(`https://127.0.0.1:${await listen(server)}`);
    const api = new KubernetesApi(servers, urls, rootFile, root);
    servers.forEach((server, index) => {
      server.on("request", (request: IncomingMessage, response: ServerResponse) => {
        void api.answer(index, request, response);
      });
    });
    return api;
  }

  /** A kubeconfig with a token, in a file. */
  kubeconfig(contexts: readonly string[] = ["prod"]): string {
    const file = join(temporaryDirectory("kubeconfig"), "config");
    const cluster = { server: this.urls[0], "certificate-authority": this.rootFile };
    const config = {
      apiVersion: "v1",
      kind: "Config",
      clusters: [{ name: "cluster", cluster }],
      users: [{ name: "user", user: { token: "the-token-of-the-user" } }],
      contexts: contexts.map((name) => ({ name, context: { cluster: "cluster", user: "user" } })),
      "current-context": contexts[0],
    };
    writeFileSync(file, JSON.stringify(config));
    return file;
  }

  /** EndpointSlices of the Service `default/kubernetes`. */
  endpointSlices(): ApiAnswer {
    return found({
      items: this.urls.map((url) => ({
        addressType: "IPv4",
        endpoints: [{ addresses: ["127.0.0.1"], conditions: { ready: true } }],
        ports: [{ name: "https", port: Number(new URL(url).port) }],
      })),
    });
  }

  async stop(): Promise<void> {
    for (const server of this.servers) {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
  }

  private async answer(
    index: number,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const { method = "", url = "" } = request;
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const text = Buffer.concat(chunks).toString();
    const path = url.replace(/([?&])timeout=[^&]*&?/, "$1").replace(/[?&]$/, "");
    const asked: ApiRequest = { method, path, body: text === "" ? undefined : JSON.parse(text) };
    this.requests.push(asked);
    const name = `${method} ${path}`;
    const known = this.answersOf[index]?.[name] ?? this.answers[name];
    const answer =
      (typeof known === "function" ? await known(asked) : known) ??
      failure(404, "NotFound", `${path} not found`);
    if (answer === "no answer") return;
    response.setHeader("content-type", "application/json");
    if ("text" in answer) response.end(answer.text);
    else response.writeHead(answer.status).end(JSON.stringify(answer.body));
  }
}
