import { createPrivateKey, type KeyObject, X509Certificate } from "node:crypto";
import { parse } from "yaml";
import { isObject } from "../io/json";
import { UsageError } from "../io/usage-error";

/** The authorities that sign certificates for people: of Talos' API, and of Kubernetes'. */
export type AuthorityName = "os" | "k8s";

/** A certificate authority with its private key. */
export interface CertificateAuthority {
  readonly certificate: X509Certificate;
  /** As the machine secrets contain it. */
  readonly certificatePem: string;
  readonly key: KeyObject;
}

/**
 * Reads an authority from the machine secrets of a Talos cluster: JSON in the shape of the Talos
 * provider's `machine_secrets`, or the `secrets.yaml` of `talosctl gen secrets`.
 *
 * @param name where the secrets are from, for messages
 * @throws {UsageError} they are in another shape, or the key is not that of the certificate; the message
 * quotes nothing of them
 * @see {@link https://registry.terraform.io/providers/siderolabs/talos/latest/docs/resources/machine_secrets}
 */
export function readAuthority(
  text: string,
  authority: AuthorityName,
  name: string,
): CertificateAuthority {
  const pair = member(member(parsed(text, name), "certs"), authority);
  const refuse = (rule: string): never => {
    throw new UsageError(`${name}: certs.${authority}${rule}`);
  };
  if (!isObject(pair)) {
    return refuse(
      " is missing: give the machine secrets of the cluster, as the Talos provider's machine_secrets or talosctl gen secrets have them",
    );
  }
  const certificateMember = "cert" in pair ? "cert" : "crt";
  const certificatePem = decodePem(pair[certificateMember]);
  const certificate = attempt(() => new X509Certificate(certificatePem));
  const key = attempt(() => readPrivateKey(decodePem(pair.key)));
  if (certificate === undefined) {
    return refuse(`.${certificateMember} must be a certificate: base64 of PEM`);
  }
  if (key === undefined) return refuse(".key must be a private key: base64 of PEM");
  if (!certificate.ca) return refuse(`.${certificateMember} must be that of an authority (CA)`);
  if (!certificate.checkPrivateKey(key)) {
    return refuse(`.key must be the private key of certs.${authority}.${certificateMember}`);
  }
  return { certificate, certificatePem, key };
}

/** The parser's own message could quote a key, so it is not passed on. */
function parsed(text: string, name: string): unknown {
  const value: unknown = attempt(() => parse(text, { logLevel: "silent" }) as unknown);
  if (isObject(value)) return value;
  throw new UsageError(`${name} must contain machine secrets: one object, as JSON or YAML`);
}

function decodePem(value: unknown): string {
  return typeof value === "string" ? Buffer.from(value, "base64").toString("utf8") : "";
}

/** Talos labels PKCS #8 of Ed25519 `ED25519 PRIVATE KEY`, which OpenSSL does not know. */
function readPrivateKey(pem: string): KeyObject {
  return createPrivateKey(pem.replaceAll("ED25519 PRIVATE KEY", "PRIVATE KEY"));
}

function member(value: unknown, name: string): unknown {
  return isObject(value) ? value[name] : undefined;
}

function attempt<T>(call: () => T): T | undefined {
  try {
    return call();
  } catch {
    return undefined;
  }
}
