import { existsSync } from "node:fs";
import { resolve } from "node:path";
import {
  type AuthorityName,
  type CertificateAuthority,
  readAuthority,
} from "../access/machine-secrets";
import type { Host } from "../io/host";
import { presentable } from "../io/presentable";
import { withProgress } from "../io/progress";
import { inputName, readText } from "../io/read-text";
import { isSecretArn, readNamedSecret } from "../io/secrets-manager";
import { UsageError } from "../io/usage-error";
import type { AccessOptions } from "./access-options";

/**
 * Reads an authority from the machine secrets that an option names: standard input for `-`, a file that
 * exists, else a secret of Secrets Manager.
 *
 * @throws {UsageError} they cannot be read, or are in another shape
 */
export async function readMachineSecrets(
  { machineSecrets: id, region, profile }: AccessOptions,
  authority: AuthorityName,
  host: Host,
): Promise<CertificateAuthority> {
  if (id === undefined || id === "") {
    throw new UsageError("--machine-secrets is missing: a secret by ARN or name, a file, or -");
  }
  if (isFile(id, host)) return readAuthority(await readText(id, host), authority, inputName(id));
  const secret = `the secret ${presentable(id)}`;
  const text = await withProgress(`Reading ${secret}`, host, () =>
    readNamedSecret({ id, region, profile }),
  );
  return readAuthority(text, authority, secret);
}

function isFile(id: string, { io }: Host): boolean {
  if (id === "-" || /^\.{0,2}\//.test(id)) return true;
  return !isSecretArn(id) && existsSync(resolve(io.cwd, id));
}
