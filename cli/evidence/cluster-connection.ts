import type { z } from "zod";
import { type Kubectl, KubectlError } from "../io/kubectl";
import { presentable } from "../io/presentable";
import { NotCollected } from "./collected";
import { versionSchema } from "./kubernetes-objects";

/** A request of the API, and what a user must be allowed to for it. */
export interface ApiRequest {
  readonly path: string;
  /** As RBAC has it: `get serviceaccounts`, `create serviceaccounts/token`. */
  readonly permission: string;
  /** @default - the permission is for the whole cluster */
  readonly namespace?: string;
}

/** A cluster that answers. */
export class ClusterConnection {
  private constructor(
    readonly kubectl: Kubectl,
    /** `https://HOST:PORT`, perhaps with a path: of the kubeconfig, unless kubectl runs in a pod. */
    readonly server: string | undefined,
    /** The name that the API server's certificate is for. */
    readonly tlsServerName: string | undefined,
    /** The minor version of Kubernetes 1. */
    readonly minor: number,
  ) {}

  /** @throws {NotCollected} the cluster does not answer */
  static async open(kubectl: Kubectl): Promise<ClusterConnection> {
    const request = { path: "/version", permission: "get /version" };
    try {
      const { server, tlsServerName } = await kubectl.connectionInUse();
      const { minor } = parse(await kubectl.get(request.path), versionSchema, request.path);
      return new ClusterConnection(kubectl, server, tlsServerName, Number.parseInt(minor, 10));
    } catch (error) {
      throw reasonOf(error, request);
    }
  }

  /** @throws {NotCollected} why not, and what to do; an object that does not exist is {@link NotFound} */
  async get<T extends z.ZodType>(request: ApiRequest, schema: T): Promise<z.output<T>> {
    return this.send(request, schema, () => this.kubectl.get(request.path));
  }

  /** @throws {NotCollected} like {@link get} */
  async post<T extends z.ZodType>(
    request: ApiRequest,
    body: object,
    schema: T,
  ): Promise<z.output<T>> {
    return this.send(request, schema, () => this.kubectl.post(request.path, body));
  }

  private async send<T extends z.ZodType>(
    request: ApiRequest,
    schema: T,
    call: () => Promise<string>,
  ): Promise<z.output<T>> {
    try {
      return parse(await call(), schema, request.path);
    } catch (error) {
      throw reasonOf(error, request);
    }
  }
}

/** What was asked for does not exist. */
export class NotFound extends NotCollected {}

/** Why a request failed, as a user can act on it. */
export function reasonOf(error: unknown, { permission, namespace }: ApiRequest): unknown {
  if (!(error instanceof KubectlError)) return error;
  const { failure, message } = error;
  const [verb = "", ...resource] = permission.split(" ");
  const scope = namespace === undefined ? "" : ` -n ${namespace}`;
  switch (failure) {
    case "forbidden":
      return new NotCollected(
        `the API server answers 403: your user needs permission to ${permission}${namespace === undefined ? "" : ` in ${namespace}`} (kubectl auth can-i ${verb} ${resource.join(" ")}${scope})`,
      );
    case "not-found":
      return new NotFound(message);
    case "unreachable":
      return new NotCollected(`the API server cannot be reached: ${message}`);
    default:
      return new NotCollected(message);
  }
}

/**
 * Reads an answer of the Kubernetes API.
 *
 * @throws {NotCollected} it is not what the API documents
 */
export function parse<T extends z.ZodType>(text: string, schema: T, path: string): z.output<T> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new NotCollected(`the API server's answer to ${presentable(path)} is not JSON`);
  }
  const { success, data, error } = schema.safeParse(json);
  if (success) return data;
  const [issue] = error.issues;
  const place = issue?.path.map(String).join(".") ?? "";
  throw new NotCollected(
    `the API server's answer to ${presentable(path)} is not as the Kubernetes API documents it: ${presentable(place)}: ${issue?.message ?? ""}`,
  );
}
