import { createPrivateKey, createPublicKey, type KeyObject } from "node:crypto";
import type { Violation } from "../../validation";
import { DocumentError, type PublicJwk, readPublicKeys } from "../../documents";

/** A signing key as Talos takes it. */
export interface TalosPrivateKey {
  /** One block, a line break at its end. */
  readonly pem: string;
  /** Its public half. */
  readonly publicKey: PublicJwk;
}

const labels = ["RSA PRIVATE KEY", "EC PRIVATE KEY", "PRIVATE KEY"];

/**
 * Reads the signing key from PEM or from the base64 of a PEM, as Secrets Manager contains it.
 *
 * @param pkcs8 the label `PRIVATE KEY` is accepted
 * @returns the key, or one violation for each rule violated, without key material
 * @see {@link https://www.rfc-editor.org/rfc/rfc7468#section-10 RFC 7468, section 10}
 *
 * @example
 * const key = await readTalosPrivateKey(readFileSync("sa.key", "utf8"), { pkcs8: true });
 * if ("publicKey" in key) console.log(key.publicKey.kid);
 */
export async function readTalosPrivateKey(
  text: string,
  { pkcs8 }: { readonly pkcs8: boolean },
): Promise<TalosPrivateKey | Violation[]> {
  const pem = `${pemText(text).replaceAll("\r\n", "\n").trim()}\n`;
  const begins = [...pem.matchAll(/-----BEGIN ([A-Z0-9 ]+)-----/g)].map(([, label = ""]) => label);
  const [label = ""] = begins;
  if (begins.length === 0) return refuse("must be a PEM private key, or the base64 of one");
  if (begins.length > 1 || !pem.startsWith("-----BEGIN")) {
    return refuse(
      `must contain one PEM block and nothing else, since Talos reads only the first; it has ${begins.join(", ")}`,
    );
  }
  if (!labels.includes(label)) {
    return refuse(`must have the label ${labels.join(", ")}; it has ${label}`);
  }
  if (label === "PRIVATE KEY" && !pkcs8) {
    return refuse(
      "has the label PRIVATE KEY (PKCS#8), which Talos reads since 1.11; convert it with openssl rsa -traditional -in FILE (openssl ec -in FILE for an EC key), or take private_key_pem instead of private_key_pem_pkcs8",
    );
  }
  return publicHalf(pem);
}

/** The base64 of a PEM, as `cluster.serviceAccount.key` contains it. */
export function base64Of(pem: string): string {
  return Buffer.from(pem).toString("base64");
}

async function publicHalf(pem: string): Promise<TalosPrivateKey | Violation[]> {
  let key: KeyObject;
  try {
    key = createPublicKey(createPrivateKey(pem));
  } catch {
    return refuse(
      "must be a whole private key without a passphrase, of the kind that its label names",
    );
  }
  try {
    const spki = key.export({ type: "spki", format: "pem" }).toString();
    const [publicKey] = await readPublicKeys(spki, "it");
    return publicKey === undefined ? [] : { pem, publicKey };
  } catch (error) {
    if (error instanceof DocumentError)
      return refuse(`is no key that AWS accepts: ${error.message}`);
    throw error;
  }
}

function refuse(rule: string): Violation[] {
  return [{ path: ["privateKey"], rule }];
}

function pemText(text: string): string {
  const compact = text.replace(/\s+/g, "");
  if (text.includes("-----BEGIN") || !/^[A-Za-z0-9+/]+={0,2}$/.test(compact)) return text;
  return Buffer.from(compact, "base64").toString("utf8");
}
