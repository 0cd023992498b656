import { parseDocument } from "yaml";
import { encodePublicKey, readTalosPrivateKey } from "../../modules/cluster";
import { formatViolation } from "../../modules/validation";
import type { Host } from "../io/host";
import { inputName, readText } from "../io/read-text";
import { UsageError } from "../io/usage-error";

const talosKeyPath = ["certs", "k8sserviceaccount", "key"];

/**
 * The text of a file of public keys. Of the secrets of a Talos cluster it is the public half of the key
 * that its API server signs with; the private one, and everything else in the file, is dropped.
 *
 * @throws {UsageError} it cannot be read, or its private key is none that a cluster signs with
 */
export async function readPublicKeyText(file: string, host: Host): Promise<string> {
  const text = await readText(file, host);
  if (!/^[ \t]*k8sserviceaccount:/m.test(text)) return text;
  const name = `${talosKeyPath.join(".")} of ${inputName(file)}`;
  const document = parseDocument(text, { prettyErrors: false });
  const key = document.errors.length > 0 ? undefined : document.getIn(talosKeyPath);
  if (typeof key !== "string") {
    throw new UsageError(`${name} must be the base64 of a PEM, as talosctl gen secrets writes it`);
  }
  const read = await readTalosPrivateKey(key, { pkcs8: true });
  if (!Array.isArray(read)) return encodePublicKey(read.publicKey);
  throw new UsageError(read.map((one) => formatViolation(one, () => name)).join("\n"));
}
