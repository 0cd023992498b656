import { execFileSync } from "node:child_process";
import { X509Certificate } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect, createServer, type TLSSocket } from "node:tls";
import fc from "fast-check";
import { parse } from "yaml";
import { LocalCloud } from "../../sandbox/local-cloud";
import { irsa, type Surroundings } from "../cli/run";
import { describeWith } from "./support/describe-with";

interface Pair {
  cert: string;
  key: string;
}
interface Talosconfig {
  readonly context: string;
  readonly contexts: Readonly<Record<string, TalosContext>>;
}
interface TalosContext {
  readonly endpoints: readonly string[];
  readonly nodes?: readonly string[];
  readonly ca: string;
  readonly crt: string;
  readonly key: string;
}
interface Kubeconfig {
  readonly "current-context": string;
  readonly clusters: readonly { readonly cluster: object }[];
  readonly users: readonly { readonly user: Readonly<Record<string, string>> }[];
}
interface Certs {
  os: Pair;
  k8s: Pair;
}

let directory: string;

const openssl = (...argv: string[]) =>
  execFileSync("openssl", argv, { cwd: directory, encoding: "utf8", stdio: "pipe" });
const decode = (text: string) => Buffer.from(text, "base64").toString();
const encode = (text: string) => Buffer.from(text).toString("base64");

/** An authority as Talos makes it, of a key that OpenSSL makes. */
function authority(name: string, key: readonly string[], days = "3650"): Pair {
  openssl("genpkey", ...key, "-out", `${name}.key`);
  const usage = ["-addext", "keyUsage=critical,keyCertSign,digitalSignature"];
  const subject = ["-subj", `/O=${name}`, "-days", days, ...usage, "-out", `${name}.crt`];
  openssl("req", "-x509", "-new", "-key", `${name}.key`, ...subject);
  const read = (file: string) => readFileSync(join(directory, file), "utf8");
  return { cert: encode(read(`${name}.crt`)), key: encode(read(`${name}.key`)) };
}

const ed25519 = ["-algorithm", "ed25519"];
const p256 = ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"];
const rsa = ["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"];

const talosconfigArgs = ["talosconfig", "--cluster-name", "prod", "--endpoint", "10.0.0.11"];
const kubeconfigArgs = [
  "kubeconfig",
  "--cluster-name",
  "prod",
  "--server",
  "https://10.0.0.10:6443",
];
const fromFile = ["--machine-secrets", "secrets.json"];

describeWith(["openssl"], "access to a Talos cluster from its machine secrets", () => {
  let certs: Certs;
  let files: Record<string, string>;

  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), "irsa-access-"));
    const os = authority("talos", ed25519);
    const talosLabel = decode(os.key).replaceAll("PRIVATE KEY", "ED25519 PRIVATE KEY");
    certs = { os: { ...os, key: encode(talosLabel) }, k8s: authority("kubernetes", p256) };
    files = { "secrets.json": JSON.stringify({ certs }) };
  });
  afterAll(() => {
    rmSync(directory, { recursive: true });
  });

  const run = (argv: readonly string[], surroundings: Surroundings = { files }) =>
    irsa([...argv], surroundings);
  const talosContext = (text: string): TalosContext => {
    const { context, contexts } = parse(text) as Talosconfig;
    expect(Object.keys(contexts)).toEqual([context]);
    return contexts.prod ?? { endpoints: [], ca: "", crt: "", key: "" };
  };
  const clientOf = (text: string) => {
    const user = (parse(text) as Kubeconfig).users[0]?.user ?? {};
    const of = (name: string) => decode(user[name] ?? "");
    return { cert: of("client-certificate-data"), key: of("client-key-data") };
  };

  /** What OpenSSL says of a certificate, against the authority that must have signed it. */
  function verified(certificate: string, ca: string): string {
    writeFileSync(join(directory, "client.pem"), certificate);
    writeFileSync(join(directory, "ca.pem"), ca);
    openssl("verify", "-x509_strict", "-purpose", "sslclient", "-CAfile", "ca.pem", "client.pem");
    return openssl("x509", "-in", "client.pem", "-noout", "-text");
  }

  /** What a server that demands certificates of an authority sees of a client's. */
  async function handshake(server: Pair, client: { cert: string; key: string }): Promise<unknown> {
    const secure = createServer({
      cert: decode(server.cert),
      key: decode(server.key).replaceAll("ED25519 ", ""),
      ca: decode(server.cert),
      requestCert: true,
      rejectUnauthorized: true,
    });
    await new Promise<void>((resolve) => secure.listen(0, "127.0.0.1", resolve));
    try {
      return await new Promise((resolve, reject) => {
        secure.once("secureConnection", (socket: TLSSocket) => {
          resolve(socket.getPeerCertificate().subject);
        });
        secure.once("tlsClientError", reject);
        const { port } = secure.address() as AddressInfo;
        const options = { host: "127.0.0.1", port, ...client, ca: decode(server.cert) };
        const socket = connect({ ...options, checkServerIdentity: () => undefined });
        socket.on("secureConnect", () => socket.end());
        socket.on("error", reject);
      });
    } finally {
      secure.close();
    }
  }

  test("a talosconfig has the role, and Talos' API would let its client in", async () => {
    const nodes = ["--node", "10.0.0.11", "--node", "10.0.0.12", "--role", "os:reader"];
    const { status, stdout } = await run([...talosconfigArgs, ...fromFile, ...nodes]);
    expect(status).toBe(0);
    const { endpoints, nodes: named, ca, crt, key } = talosContext(stdout);
    expect([endpoints, named]).toEqual([["10.0.0.11"], ["10.0.0.11", "10.0.0.12"]]);
    expect(ca).toBe(certs.os.cert);
    expect(decode(key)).toMatch(/^-----BEGIN ED25519 PRIVATE KEY-----\n/);
    const text = verified(decode(crt), decode(ca));
    expect(text).toMatch(/Subject: O ?= ?os:reader\n/);
    expect(text).toMatch(/Extended Key Usage: *\n *TLS Web Client Authentication\n/);
    expect(text).toMatch(/Key Usage: (critical)? *\n *Digital Signature\n/);
    expect(text).toContain("Signature Algorithm: ED25519");
    const client = { cert: decode(crt), key: decode(key).replaceAll("ED25519 ", "") };
    expect(await handshake(certs.os, client)).toMatchObject({ O: "os:reader" });
    await expect(handshake(certs.k8s, client)).rejects.toThrow();
  });

  test("a kubeconfig is an administrator's", async () => {
    const { status, stdout } = await run([...kubeconfigArgs, ...fromFile, "--valid-for", "30d"]);
    expect(status).toBe(0);
    const config = parse(stdout) as Kubeconfig;
    expect(config["current-context"]).toBe("admin@prod");
    expect(config.clusters[0]?.cluster).toEqual({
      server: "https://10.0.0.10:6443",
      "certificate-authority-data": certs.k8s.cert,
    });
    const { cert, key } = clientOf(stdout);
    expect(verified(cert, decode(certs.k8s.cert))).toMatch(
      /Key Usage: (critical)? *\n *Digital Signature, Key Encipherment\n/,
    );
    const { validFrom, validTo } = new X509Certificate(cert);
    expect(Date.parse(validTo) - Date.parse(validFrom)).toBe((30 * 86_400 + 10) * 1000);
    const subject = { CN: "admin", O: "system:masters" };
    expect(await handshake(certs.k8s, { cert, key })).toMatchObject(subject);
  });

  describe("a cluster of the configuration", () => {
    const configuration = `clusters:
  - name: prod
    region: eu-central-1
    hosting: s3-virtual-hosted
    bucket: acme-prod-oidc
    secretPrefix: talos
`;
    const outputs = {
      issuer_url: "https://acme-prod-oidc.s3.eu-central-1.amazonaws.com",
      kubernetes_endpoint: "https://prod.acme.example:6443",
      talos_endpoints: ["10.0.0.11", "10.0.0.12"],
      talos_nodes: { "control-plane-1": "10.0.0.11", "worker-1": "10.0.0.21" },
      talos_machine_secrets_arn: "secrets.json",
    };
    const ofOutputs = (changes: object = {}) => {
      const all = Object.entries({ ...outputs, ...changes }).filter(([, value]) => value);
      const json = JSON.stringify(
        Object.fromEntries(all.map(([name, value]) => [name, { value: value }])),
      );
      return { files: { ...files, "irsa.yaml": configuration, "o.json": json } };
    };
    const from = ["--terraform-output", "o.json"];

    test("says all that its talosconfig and kubeconfig need", async () => {
      const talosconfig = await run(["talosconfig", "prod", ...from], ofOutputs());
      const { endpoints, nodes } = talosContext(talosconfig.stdout);
      expect([endpoints, nodes]).toEqual([
        ["10.0.0.11", "10.0.0.12"],
        ["10.0.0.11", "10.0.0.21"],
      ]);
      const kubeconfig = await run(["kubeconfig", "prod", ...from], ofOutputs());
      const { "current-context": context, clusters } = parse(kubeconfig.stdout) as Kubeconfig;
      expect([context, clusters[0]?.cluster]).toMatchObject([
        "admin@prod",
        { server: outputs.kubernetes_endpoint },
      ]);
    });

    test("gives way to flags", async () => {
      const flags = ["--endpoint", "a", "--node", "b", "--cluster-name", "c", ...fromFile];
      const others = ofOutputs({ talos_machine_secrets_arn: "none" });
      const { stdout } = await run(["talosconfig", "prod", ...from, ...flags], others);
      const { context, contexts } = parse(stdout) as Talosconfig;
      expect([context, contexts.c]).toMatchObject(["c", { endpoints: ["a"], nodes: ["b"] }]);
      const server = ["--server", "https://10.0.0.9:6443"];
      const kubeconfig = await run(["kubeconfig", "prod", ...from, ...server], ofOutputs());
      expect((parse(kubeconfig.stdout) as Kubeconfig).clusters[0]?.cluster).toMatchObject({
        server: "https://10.0.0.9:6443",
      });
    });

    test.each<[string, readonly string[], object, string]>([
      [
        "whose machines are not Terraform's",
        ["talosconfig", "prod", ...from],
        { talos_machine_secrets_arn: undefined },
        "Terraform makes no machines of prod: its configuration needs talos with aws or nodes",
      ],
      [
        "that is not applied",
        ["kubeconfig", "prod"],
        {},
        "the outputs of prod are missing: the directory cdktf.out/stacks/prod does not exist",
      ],
      ["without a name", [...kubeconfigArgs, ...fromFile, ...from], {}, "go with a cluster"],
    ])("%s is reported", async (_title, argv, changes, message) => {
      const { status, stdout, stderr } = await run(argv, ofOutputs(changes));
      expect([status, stdout]).toEqual([1, ""]);
      expect(stderr).toContain(message);
    });
  });

  test("24 hours are the default, and another run makes another certificate", async () => {
    const again = async () => talosContext((await run([...talosconfigArgs, ...fromFile])).stdout);
    const [first, second] = [await again(), await again()];
    const [one, other] = [first, second].map(({ crt }) => new X509Certificate(decode(crt)));
    expect(Date.parse(one?.validTo ?? "") - Date.parse(one?.validFrom ?? "")).toBe(86_410_000);
    expect(one?.serialNumber).not.toBe(other?.serialNumber);
    expect(first.key).not.toBe(second.key);
  });

  test("secrets.yaml of talosctl and an authority with RSA do as well", async () => {
    const k8s = authority("rsa", rsa);
    const input = `certs:\n  k8s:\n    crt: ${k8s.cert}\n    key: ${k8s.key}\n`;
    const { stdout } = await run([...kubeconfigArgs, "--machine-secrets", "-"], { input });
    verified(clientOf(stdout).cert, decode(k8s.cert));
  });

  test("the file is its owner's alone, and replaced with --force only", async () => {
    const argv = [...talosconfigArgs, ...fromFile, "--out", "talosconfig"];
    const { cwd, written, stdout, stderr } = await run(argv);
    expect(stdout).toBe("Wrote talosconfig\n");
    expect(stderr).toMatch(/^The certificate is valid until \d{4}-.*Z\.\n$/);
    expect(Object.keys(written)).toEqual(["talosconfig"]);
    expect(statSync(join(cwd, "talosconfig")).mode & 0o777).toBe(0o600);
    const there = { files: { ...files, talosconfig: "another\n" } };
    const again = await run(argv, there);
    expect([again.status, again.written]).toEqual([1, {}]);
    expect(again.stderr).toContain("replace it with --force");
    const renewed = await run([...argv, "--force"], there);
    expect(Object.keys(renewed.written)).toEqual(["talosconfig"]);
  });

  test("nothing is printed to a terminal", async () => {
    const { status, stdout, stderr } = await run([...kubeconfigArgs, ...fromFile], {
      files,
      isTerminal: true,
    });
    expect([status, stdout]).toEqual([1, ""]);
    expect(stderr).toContain("a private key is not printed to a terminal: name a file with --out");
  });

  test.each([
    [["talosconfig"], ["--cluster-name is missing", "--endpoint is missing"]],
    [
      ["kubeconfig", "--server", "http://a"],
      [
        "--cluster-name is missing",
        '--server must be an https URL of a host name or an IP address and, where it has one, a port of 1 to 65535, such as https://10.0.0.1:6443, got "http://a"',
      ],
    ],
    [[...talosconfigArgs, ...fromFile, "--valid-for", "366d"], ["--valid-for must be"]],
    [[...talosconfigArgs, ...fromFile, "--valid-for", "4m"], ["--valid-for must be"]],
    [[...talosconfigArgs, ...fromFile, "--role", "admin"], ["--role must be one of os:admin, "]],
    [[...talosconfigArgs, ...fromFile, "--node", "https://a"], ["--node must be an IP address"]],
    [[...talosconfigArgs, "--machine-secrets", "./none"], ["./none cannot be read"]],
    [talosconfigArgs, ["--machine-secrets is missing"]],
  ])("refuses %j", async (argv, messages) => {
    const { status, stderr } = await run(argv);
    expect(status).toBe(1);
    for (const message of messages) expect(stderr).toContain(message);
  });

  test("refuses secrets that do not belong together, without a word of them", async () => {
    const leaf = { cert: "", key: certs.k8s.key };
    const brief = authority("brief", p256, "1");
    const bad: [unknown, string][] = [
      [{}, "certs.k8s is missing"],
      [{ certs: { k8s: leaf } }, "certs.k8s.cert must be a certificate"],
      [{ certs: { k8s: { ...certs.k8s, key: "x" } } }, "certs.k8s.key must be a private key"],
      [{ certs: { k8s: { ...certs.k8s, key: certs.os.key } } }, "must be the private key of"],
      [{ certs: { k8s: brief } }, "--valid-for must end before the cluster's authority does"],
      ["text", "must contain machine secrets"],
    ];
    for (const [secrets, message] of bad) {
      const input = JSON.stringify(secrets);
      const argv = [...kubeconfigArgs, "--machine-secrets", "-", "--valid-for", "2d"];
      const { status, stdout, stderr } = await run(argv, { input });
      expect([status, stdout]).toEqual([1, ""]);
      expect(stderr).toContain(message);
      expect(stderr).not.toContain(certs.k8s.key.slice(40, 80));
    }
  });

  test("refuses whatever else it finds, in a sentence", async () => {
    const anything = fc.oneof(
      fc.string(),
      fc.json(),
      fc.record({ certs: fc.record({ os: fc.record({ cert: fc.string(), key: fc.anything() }) }) }),
      fc.record({ certs: fc.record({ os: fc.constant({ ...certs.os, cert: certs.os.key }) }) }),
      fc.nat(400).map((cut) => files["secrets.json"]?.slice(0, cut)),
    );
    await fc.assert(
      fc.asyncProperty(anything, async (value) => {
        const text = typeof value === "string" ? value : JSON.stringify(value);
        const argv = [...talosconfigArgs, "--machine-secrets", "bad"];
        const { status, stdout, stderr } = await run(argv, { files: { bad: text } });
        expect([status, stdout]).toEqual([1, ""]);
        expect(stderr).toMatch(/^bad(: certs\.os[ .]| must contain machine secrets)/);
        expect(stderr).not.toMatch(/\n\s+at |PRIVATE KEY/);
      }),
      { numRuns: 60 },
    );
  });

  describeWith(["emulator"], "in Secrets Manager", () => {
    let cloud: LocalCloud;
    const environment = { ...process.env };
    beforeAll(async () => {
      cloud = await LocalCloud.start();
      Object.assign(process.env, {
        AWS_ENDPOINT_URL: cloud.emulator.url,
        AWS_ACCESS_KEY_ID: "testing",
        AWS_SECRET_ACCESS_KEY: "testing",
        AWS_MAX_ATTEMPTS: "1",
      });
      const SecretString = files["secrets.json"];
      await cloud.api.secretsManager("CreateSecret", {
        Name: "talos/prod/machine-secrets",
        SecretString,
        ClientRequestToken: "11111111-2222-3333-4444-555555555555",
      });
    });
    afterAll(async () => {
      process.env = environment;
      await cloud.stop();
    });

    test("they are read by name and by ARN, and a missing one is reported", async () => {
      const { ARN } = await cloud.api.secretsManager("DescribeSecret", {
        SecretId: "talos/prod/machine-secrets",
      });
      const region = String(ARN).split(":")[3] ?? "";
      for (const from of [["talos/prod/machine-secrets", "--region", region], [String(ARN)]]) {
        const { stdout } = await run([...talosconfigArgs, "--machine-secrets", ...from], {});
        verified(decode(talosContext(stdout).crt), decode(certs.os.cert));
      }
      // By the name of the cluster, whose outputs and region say where the secret is.
      const configuration = `clusters: [{ name: prod, region: ${region}, bucket: acme-prod-oidc, secretPrefix: talos }]`;
      const value = {
        talos_machine_secrets_arn: { value: ARN },
        talos_endpoints: { value: ["a"] },
      };
      const own = { "irsa.yaml": configuration, "o.json": JSON.stringify(value) };
      const byName = ["talosconfig", "prod", "--terraform-output", "o.json"];
      for (const flags of [[], ["--machine-secrets", "talos/prod/machine-secrets"]]) {
        const { stdout } = await run([...byName, ...flags], { files: own });
        verified(decode(talosContext(stdout).crt), decode(certs.os.cert));
      }
      const none = [...talosconfigArgs, "--machine-secrets", "none", "--region", region];
      const { status, stderr } = await run(none, {});
      expect(status).toBe(1);
      expect(stderr).toContain("the secret none cannot be read: ResourceNotFoundException");
    });
  });
});
