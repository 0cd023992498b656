import { spawn } from "node:child_process";
import type { Host } from "./host";
import { presentable } from "./presentable";

/** Which cluster kubectl talks to. */
export interface KubectlOptions {
  /** @default - the current context */
  readonly context?: string;
  /** @default - what KUBECONFIG names, else ~/.kube/config, else the pod's own ServiceAccount */
  readonly kubeconfig?: string;
  /** Why no context is known, so that nothing is asked. @default - one is */
  readonly unknownContext?: string;
}

/** How a call is limited. */
export interface KubectlLimits {
  readonly requestMilliseconds: number;
  readonly signal: AbortSignal;
}

/** An API server other than the one of the kubeconfig. */
export interface OtherServer {
  /** `https://HOST:PORT` */
  readonly server: string;
  /** The name that its certificate is for. */
  readonly tlsServerName: string;
}

/** What a request failed of. */
export type KubectlFailure =
  | "not-installed"
  | "unreachable"
  | "timed-out"
  | "unauthorized"
  | "forbidden"
  | "not-found"
  | "too-large"
  | "other";

/** A call of kubectl that failed. */
export class KubectlError extends Error {
  constructor(
    readonly failure: KubectlFailure,
    /** What kubectl says, in one line, or what to do. */
    message: string,
  ) {
    super(message);
  }
}

const maxBytes = 16 * 1024 * 1024;
const maxRunning = 4;

/**
 * Requests to the Kubernetes API by kubectl, which knows every way to sign in. Each call is one HTTP request,
 * and no secret is among kubectl's arguments.
 */
export class Kubectl {
  private running = 0;
  private readonly waiting: (() => void)[] = [];

  constructor(
    private readonly host: Host,
    private readonly options: KubectlOptions,
    private readonly limits: KubectlLimits,
  ) {}

  /** GET of a path of the API. @throws {KubectlError} */
  get(path: string, server?: OtherServer): Promise<string> {
    return this.run(["get", "--raw", path, ...this.connection(server)]);
  }

  /** POST of an object to a path of the API. @throws {KubectlError} */
  post(path: string, body: object): Promise<string> {
    const argv = ["create", "--raw", path, "-f", "-", ...this.connection()];
    return this.run(argv, JSON.stringify(body));
  }

  /** The public certificate in a Secret of the type `kubernetes.io/tls`; its key stays in kubectl. */
  certificateOfSecret(namespace: string, name: string): Promise<string> {
    const path = "jsonpath={.data.tls\\.crt}";
    return this.run(["get", "secret", name, "-n", namespace, "-o", path, ...this.connection()]);
  }

  /** The names of the kubeconfig's contexts. @throws {KubectlError} */
  async contexts(): Promise<readonly string[]> {
    const { kubeconfig } = this.options;
    const argv = ["config", "get-contexts", "-o", "name"];
    const text = await this.run([
      ...argv,
      ...(kubeconfig === undefined ? [] : ["--kubeconfig", kubeconfig]),
    ]);
    return text.split("\n").filter((name) => name !== "");
  }

  /** What the kubeconfig says of the cluster, without credentials. */
  async connectionInUse(): Promise<Connection> {
    const { context, kubeconfig } = this.options;
    const argv = [
      ...["config", "view", "--minify", "-o", "json"],
      ...(context === undefined ? [] : ["--context", context]),
      ...(kubeconfig === undefined ? [] : ["--kubeconfig", kubeconfig]),
    ];
    const text = await this.run(argv).catch((error: unknown) => {
      // In a pod there is no kubeconfig, and kubectl does without.
      if (context === undefined && error instanceof KubectlError && error.failure === "other") {
        return "{}";
      }
      throw error;
    });
    const { clusters } = JSON.parse(text) as {
      readonly clusters?: readonly { readonly cluster?: Record<string, unknown> }[] | null;
    };
    const { server, "tls-server-name": tlsServerName } = clusters?.[0]?.cluster ?? {};
    return {
      ...(typeof server === "string" && { server }),
      ...(typeof tlsServerName === "string" && { tlsServerName }),
    };
  }

  private connection(other?: OtherServer): string[] {
    const { context, kubeconfig } = this.options;
    const seconds = Math.max(1, Math.round(this.limits.requestMilliseconds / 1000));
    return [
      `--request-timeout=${seconds}s`,
      ...(context === undefined ? [] : ["--context", context]),
      ...(kubeconfig === undefined ? [] : ["--kubeconfig", kubeconfig]),
      ...(other === undefined
        ? []
        : ["--server", other.server, "--tls-server-name", other.tlsServerName]),
    ];
  }

  private async run(argv: readonly string[], input = ""): Promise<string> {
    const { unknownContext } = this.options;
    if (unknownContext !== undefined) throw new KubectlError("other", unknownContext);
    if (this.running >= maxRunning) {
      await new Promise<void>((resolve) => this.waiting.push(resolve));
    } else {
      this.running += 1;
    }
    try {
      return await this.runNow(argv, input);
    } finally {
      const next = this.waiting.shift();
      if (next === undefined) this.running -= 1;
      else next();
    }
  }

  private runNow(argv: readonly string[], input: string): Promise<string> {
    const { io } = this.host;
    // kubectl's own limit is that of the request; signing in takes its time as well.
    const signal = AbortSignal.any([
      this.limits.signal,
      AbortSignal.timeout(this.limits.requestMilliseconds + 2000),
    ]);
    return new Promise((resolve, reject) => {
      if (signal.aborted) {
        reject(new KubectlError("timed-out", timedOut));
        return;
      }
      const child = spawn("kubectl", argv, { cwd: io.cwd, env: io.env });
      const [stdout, stderr] = [new Output(maxBytes), new Output(65_536)];
      let isOver = false;
      const settle = (result: KubectlError | string) => {
        if (isOver) return;
        isOver = true;
        signal.removeEventListener("abort", abort);
        // What kubectl has started to sign in may keep its output open.
        child.kill("SIGKILL");
        child.stdout.destroy();
        child.stderr.destroy();
        if (typeof result === "string") resolve(result);
        else reject(result);
      };
      const abort = () => {
        settle(new KubectlError("timed-out", timedOut));
      };
      signal.addEventListener("abort", abort);
      child.stdout.on("data", (chunk: Buffer) => {
        if (!stdout.add(chunk)) {
          settle(new KubectlError("too-large", "the answer is larger than 16 MiB"));
        }
      });
      child.stderr.on("data", (chunk: Buffer) => stderr.add(chunk));
      child.once("error", (error: NodeJS.ErrnoException) => {
        const isMissing = error.code === "ENOENT";
        settle(
          new KubectlError(
            isMissing ? "not-installed" : "other",
            isMissing
              ? "kubectl is not on the PATH: install it"
              : `kubectl cannot be run: ${error.code ?? "unknown error"}`,
          ),
        );
      });
      child.once("close", (code) => {
        settle(code === 0 ? stdout.text : failureOf(stderr.text));
      });
      child.stdin.on("error", () => undefined).end(input);
    });
  }
}

/** A cluster as a kubeconfig describes it. */
export interface Connection {
  readonly server?: string;
  readonly tlsServerName?: string;
}

const timedOut = "no answer within the time limit; try kubectl version";

/** Output of a process, up to a size. */
class Output {
  private readonly parts: Buffer[] = [];
  private size = 0;

  constructor(private readonly max: number) {}

  /** @returns false when it is more than the size */
  add(chunk: Buffer): boolean {
    this.size += chunk.length;
    if (this.size > this.max) return false;
    this.parts.push(chunk);
    return true;
  }

  get text(): string {
    return Buffer.concat(this.parts).toString();
  }
}

/** What kubectl prints for what; the first that is found counts. */
const failures: readonly (readonly [RegExp, KubectlFailure, remedy?: string])[] = [
  [/\(Forbidden\)/, "forbidden"],
  [/\(NotFound\)/, "not-found"],
  [/\(Unauthorized\)|must be logged in/, "unauthorized", "sign in to the cluster again"],
  [/getting credentials|exec plugin|exec:/, "unauthorized", "sign in to the cluster again"],
  [
    /context .* does not exist|context was not found|locate context/,
    "other",
    "choose one with --context",
  ],
  [/Client\.Timeout|deadline exceeded|i\/o timeout|TLS handshake timeout/, "timed-out"],
  [/was refused|Unable to connect|no such host|no route|unreachable|EOF/, "unreachable"],
];

function failureOf(stderr: string): KubectlError {
  const lines = stderr.split("\n").map((line) => line.trim());
  // Warnings, and the log of client libraries, come before the error.
  const line =
    lines.filter((each) => each !== "" && !/^([EWI]\d{4} |Warning:)/.test(each)).at(-1) ??
    "kubectl failed without a message";
  if (line.includes("localhost:8080")) {
    return new KubectlError("unreachable", "there is no kubeconfig, name one with --kubeconfig");
  }
  const [, failure = "other", remedy] = failures.find(([pattern]) => pattern.test(line)) ?? [];
  const said = presentable(line.replace(/^error: /i, ""));
  return new KubectlError(failure, remedy === undefined ? said : `${said}; ${remedy}`);
}
