import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  loadPackageDefinition,
  type sendUnaryData,
  Server,
  ServerCredentials,
  type ServerUnaryCall,
  type ServiceClientConstructor,
  status,
} from "@grpc/grpc-js";
import { loadSync } from "@grpc/proto-loader";
import { parseAllDocuments } from "yaml";
import { temporaryDirectory } from "./directory";
import { outputOf } from "./guarded-process";
import { freePort } from "./listen";

/** A machine configuration that a node was given. */
interface AppliedConfiguration {
  readonly text: string;
  /** The first of its documents. */
  readonly machine: { readonly type: string; readonly ca: { readonly crt: string } };
}

/** Options of {@link TalosNode.start}. */
export interface TalosNodeOptions {
  /** Nodes of one cluster: a worker gets its certificate from the control plane. @default - alone */
  readonly cluster?: TalosNode;
  /** Whether the machine has booted. @default true */
  readonly isUp?: boolean;
}

interface ApplyRequest {
  readonly data: Buffer;
  readonly dry_run: boolean;
}

type Answer<T> = sendUnaryData<T>;

/**
 * The API of a Talos machine on 127.0.0.1, for Terraform's Talos provider: without a configuration it
 * answers everyone, with one those who have a client certificate of the cluster. It records what is asked of
 * it and does nothing.
 *
 * @see {@link https://docs.siderolabs.com/talos/v1.13/learn-more/talos-network-connectivity apid}
 */
export class TalosNode {
  /** Where it listens. */
  readonly address: string;
  /** Configurations in the order in which they came. */
  readonly applied: AppliedConfiguration[] = [];
  /** How often etcd was started. */
  bootstraps = 0;
  /** What happens when etcd has started, before Terraform gets its answer. */
  onBootstrap: (() => void) | undefined;
  /** Refuses configurations with this message. */
  refusal: string | undefined;
  private server: Server | undefined;
  private authority: { readonly cert: string; readonly key: string } | undefined;
  private readonly directory = temporaryDirectory("talos-node");

  private constructor(
    private readonly port: number,
    private readonly options: TalosNodeOptions,
  ) {
    this.address = `127.0.0.1:${port}`;
  }

  /** A machine that has booted from Sidero Labs' image, or one that has not yet. */
  static async start(options: TalosNodeOptions = {}): Promise<TalosNode> {
    const node = new TalosNode(await freePort(), options);
    if (options.isUp !== false) await node.boot();
    return node;
  }

  /** Starts to listen: in maintenance mode, or with the configuration that it has. */
  async boot(): Promise<void> {
    const authority = this.authority ?? this.options.cluster?.authority;
    const hasConfiguration = this.applied.length > 0;
    const { key, cert } = await this.certificate(hasConfiguration ? authority : undefined);
    const server = new Server();
    const services = load();
    if (!hasConfiguration) {
      server.addService(services.storage.service, {
        Disks: (_call: unknown, answer: Answer<object>) => {
          answer(null, {});
        },
      });
    }
    server.addService(services.machine.service, {
      ApplyConfiguration: (call: ServerUnaryCall<ApplyRequest, object>, answer: Answer<object>) => {
        this.apply(call.request, answer);
      },
      Bootstrap: (_call: unknown, answer: Answer<object>) => {
        this.bootstrap(answer);
      },
    });
    const credentials = ServerCredentials.createSsl(
      hasConfiguration && authority !== undefined ? Buffer.from(authority.cert) : null,
      [{ private_key: Buffer.from(key), cert_chain: Buffer.from(cert) }],
      hasConfiguration,
    );
    await new Promise<void>((resolve, reject) => {
      server.bindAsync(this.address, credentials, (error) => {
        if (error === null) resolve();
        else reject(error);
      });
    });
    this.server = server;
  }

  /** Stops listening, as a machine that reboots. */
  stop(): void {
    this.server?.forceShutdown();
    this.server = undefined;
  }

  private apply({ data, dry_run: isTrial }: ApplyRequest, answer: Answer<object>): void {
    if (this.refusal !== undefined) {
      answer({ code: status.INVALID_ARGUMENT, message: this.refusal });
      return;
    }
    if (!isTrial) this.install(data.toString());
    answer(null, { messages: [{}] });
  }

  /** Takes a configuration; the first one ends maintenance mode. */
  private install(text: string): void {
    const [document] = parseAllDocuments(text).map((each) => each.toJS() as object);
    const { machine } = document as {
      machine: { type: string; ca: { crt: string; key: string } };
    };
    const isFirst = this.applied.length === 0;
    this.applied.push({ text, machine });
    if (!isFirst) return;
    const decode = (value: string) => Buffer.from(value, "base64").toString();
    if (machine.ca.key !== "") {
      // Talos' label of a PKCS#8 key.
      const key = decode(machine.ca.key).replaceAll("ED25519 PRIVATE KEY", "PRIVATE KEY");
      this.authority = { cert: decode(machine.ca.crt), key };
    }
    // Terraform is answered before it has to come back with a client certificate.
    this.server?.tryShutdown(() => void this.boot());
  }

  private bootstrap(answer: Answer<object>): void {
    if (this.bootstraps > 0) {
      answer({ code: status.ALREADY_EXISTS, message: "etcd data directory is not empty" });
      return;
    }
    this.bootstraps += 1;
    this.onBootstrap?.();
    answer(null, { messages: [{}] });
  }

  /** A server certificate for 127.0.0.1: of the cluster, or self-signed. */
  private async certificate(
    authority: { readonly cert: string; readonly key: string } | undefined,
  ) {
    const file = (name: string) => join(this.directory, name);
    const openssl = (...args: string[]) => outputOf(["openssl", ...args]);
    const name = ["-subj", "/CN=talos-node", "-addext", "subjectAltName=IP:127.0.0.1"];
    const fresh = ["-newkey", "ed25519", "-nodes", "-keyout", file("key.pem")];
    const signer = ["-CA", file("ca.pem"), "-CAkey", file("ca-key.pem")];
    if (authority !== undefined) {
      writeFileSync(file("ca.pem"), authority.cert);
      writeFileSync(file("ca-key.pem"), authority.key, { mode: 0o600 });
    }
    await openssl(
      ...["req", "-x509", "-days", "2", ...fresh, ...name, "-out", file("cert.pem")],
      ...(authority === undefined ? [] : signer),
    );
    return {
      key: readFileSync(file("key.pem"), "utf8"),
      cert: readFileSync(file("cert.pem"), "utf8"),
    };
  }
}

function load() {
  const options = { keepCase: true, longs: String };
  const files = ["talos-node.proto", "talos-storage.proto"].map((name) => join(__dirname, name));
  const definition = loadPackageDefinition(loadSync(files, options)) as unknown as {
    readonly machine: { readonly MachineService: ServiceClientConstructor };
    readonly storage: { readonly StorageService: ServiceClientConstructor };
  };
  return {
    machine: definition.machine.MachineService,
    storage: definition.storage.StorageService,
  };
}
