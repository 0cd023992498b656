import { execFileSync } from "node:child_process";
import { X509Certificate } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { createServer as createHttpServer, type RequestListener } from "node:http";
import { createServer as createHttpsServer } from "node:https";
import { isIP } from "node:net";
import { join } from "node:path";
import { temporaryDirectory } from "./directory";
import { listen } from "./listen";

/** Stands in for every https host of the world, by way of a proxy on 127.0.0.1. */
export interface TlsEndpoint {
  /** Makes a program use the proxy and trust its root certificate, instead of the real ones. */
  readonly env: {
    readonly HTTPS_PROXY: string;
    readonly HTTP_PROXY: string;
    readonly SSL_CERT_FILE: string;
  };
  /** The root certificate, PEM. */
  readonly root: string;
  /** SHA-1 of the root certificate in lower-case hexadecimal: a thumbprint as IAM takes it. */
  readonly rootThumbprint: string;
  /** The hosts (with port) that clients connected to. */
  readonly hosts: readonly string[];
  stop(): Promise<void>;
}

/** The names in the certificate when no others are asked for. */
const certificateNames: readonly string[] = [
  "s3.us-east-1.amazonaws.com",
  "*.s3.us-east-1.amazonaws.com",
  "s3.us-east-2.amazonaws.com",
  "*.s3.us-east-2.amazonaws.com",
  "s3.eu-central-1.amazonaws.com",
  "*.s3.eu-central-1.amazonaws.com",
  "*.cloudfront.net",
  "raw.githubusercontent.com",
];

/**
 * Starts a proxy that tunnels every host to a TLS server of its own. A host that is not in the certificate
 * fails as one with a wrong certificate does, so no connection leaves the machine.
 *
 * The certificates are made by `openssl` for this one endpoint: a root, and a leaf issued by it.
 *
 * @param answer what the server does; 200 without a body unless given
 */
export async function startTlsEndpoint(
  names = certificateNames,
  answer: RequestListener = (_, response) => {
    response.writeHead(200, { connection: "close" }).end();
  },
): Promise<TlsEndpoint> {
  const { root, rootFile, chain, key } = makeCertificates(names);
  const hosts: string[] = [];

  const secure = createHttpsServer({ cert: chain, key }, answer);
  const proxy = createHttpServer((_, response) => {
    response.writeHead(502).end("only CONNECT is served here");
  });
  const sockets = new Set<{ destroy(): unknown }>();
  proxy.on("connect", ({ url = "" }, socket) => {
    hosts.push(url);
    sockets.add(socket.once("close", () => sockets.delete(socket)).on("error", () => undefined));
    socket.write("HTTP/1.1 200 Connection Established\r\n\r\n");
    secure.emit("connection", socket);
  });
  const url = `http://127.0.0.1:${await listen(proxy)}`;

  return {
    env: { HTTPS_PROXY: url, HTTP_PROXY: url, SSL_CERT_FILE: rootFile },
    root,
    rootThumbprint: new X509Certificate(root).fingerprint.replaceAll(":", "").toLowerCase(),
    hosts,
    async stop() {
      for (const socket of sockets) socket.destroy();
      proxy.closeAllConnections();
      await new Promise((resolve) => proxy.close(resolve));
    },
  };
}

/** A root, and the certificate of a server with these names or addresses, which it issued. */
export function makeCertificates(names: readonly string[]) {
  const directory = temporaryDirectory("certificates");
  const file = (name: string) => join(directory, name);
  const openssl = (...args: string[]) => {
    execFileSync("openssl", args, { cwd: directory, stdio: "pipe" });
  };
  writeFileSync(
    file("root.ext"),
    "basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign\n",
  );
  writeFileSync(
    file("leaf.ext"),
    `extendedKeyUsage=serverAuth\nsubjectAltName=${names.map((name) => `${isIP(name) === 0 ? "DNS" : "IP"}:${name}`).join(",")}\n`,
  );
  for (const name of ["root", "leaf"]) {
    openssl("ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", `${name}.key`);
    const subject = `/CN=throw-away test ${name}`;
    openssl("req", "-new", "-key", `${name}.key`, "-subj", subject, "-out", `${name}.csr`);
    const issuer =
      name === "root"
        ? ["-signkey", "root.key"]
        : ["-CA", "root.pem", "-CAkey", "root.key", "-CAcreateserial"];
    const days = ["-days", "2", "-extfile", `${name}.ext`];
    openssl("x509", "-req", "-in", `${name}.csr`, ...issuer, ...days, "-out", `${name}.pem`);
  }
  const root = readFileSync(file("root.pem"), "utf8");
  return {
    root,
    rootFile: file("root.pem"),
    chain: readFileSync(file("leaf.pem"), "utf8") + root,
    key: readFileSync(file("leaf.key"), "utf8"),
  };
}
