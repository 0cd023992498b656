import { generateKeyPairSync } from "node:crypto";

const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 });
const former = generateKeyPairSync("rsa", { modulusLength: 2048 });
const weak = generateKeyPairSync("rsa", { modulusLength: 1024 });
const ec = generateKeyPairSync("ec", { namedCurve: "P-256" });
const ed = generateKeyPairSync("ed25519");

/** Keys made for this run alone. */
export const keys = {
  pkcs1: rsa.privateKey.export({ type: "pkcs1", format: "pem" }).toString(),
  pkcs8: rsa.privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
  sec1: ec.privateKey.export({ type: "sec1", format: "pem" }).toString(),
  weak: weak.privateKey.export({ type: "pkcs1", format: "pem" }).toString(),
  ed25519: ed.privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
  publicKey: rsa.publicKey.export({ type: "spki", format: "pem" }).toString(),
  formerPublicKey: former.publicKey.export({ type: "spki", format: "pem" }).toString(),
  formerPkcs1PublicKey: former.publicKey.export({ type: "pkcs1", format: "pem" }).toString(),
  encrypted: rsa.privateKey
    .export({ type: "pkcs8", format: "pem", cipher: "aes-256-cbc", passphrase: "secret" })
    .toString(),
};

/** The text with a word in the place of each key, so that it is the same in every run. */
export function withoutKeys(text: string): string {
  return text
    .replaceAll(/(-----BEGIN [A-Z ]+-----\n)( *)[\s\S]*?(-----END)/g, "$1$2(the key)\n$2$3")
    .replaceAll(/LS0tLS1CRUdJTi[A-Za-z0-9+/=]+/g, "(base64 of the key in PEM)");
}
