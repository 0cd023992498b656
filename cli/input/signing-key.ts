import { readTalosPrivateKey } from "../../modules/cluster";
import { formatViolation } from "../../modules/validation";
import type { Host } from "../io/host";
import { presentable } from "../io/presentable";
import { withProgress } from "../io/progress";
import { readSecret } from "../io/secrets-manager";
import { UsageError } from "../io/usage-error";
import { outputName } from "./terraform-output";
import type { TerraformSource } from "./terraform-source";

/** The outputs that contain the private key, or say where it is. */
export const signingKeyOutputs = [
  "signing_key",
  "signing_key_secret_arn",
  "signing_key_secret_version_id",
  "key_ids",
] as const;

/** Whether the private key is in Secrets Manager alone. */
export function isInSecretsManager(source: TerraformSource): boolean {
  return source.has("signing_key_secret_arn");
}

/**
 * Reads the private key that an issuer's outputs name from Secrets Manager.
 *
 * @returns PEM
 * @throws {UsageError} it cannot be read, is no key, or is not published: nobody would verify its tokens
 */
export async function readSigningKeySecret(source: TerraformSource, host: Host): Promise<string> {
  const [arn, versionId] = ["signing_key_secret_arn", "signing_key_secret_version_id"].map((name) =>
    source.value(name),
  );
  const keyIds = source.value("key_ids");
  if (typeof arn !== "string" || typeof versionId !== "string" || !Array.isArray(keyIds)) {
    throw new UsageError(
      `${outputName("signing_key_secret_arn")} needs signing_key_secret_version_id and key_ids beside it: give all outputs (terraform output -json), and apply first if an apply was interrupted`,
    );
  }
  const secret = `the secret ${presentable(arn)}`;
  const text = await withProgress(`Reading ${secret}`, host, () =>
    readSecret({ arn, versionId, profile: source.profile }),
  );
  const key = await readTalosPrivateKey(text, { pkcs8: true });
  if (Array.isArray(key)) {
    throw new UsageError(key.map((one) => formatViolation(one, () => secret)).join("\n"));
  }
  const { kid } = key.publicKey;
  if (!keyIds.includes(kid)) {
    throw new UsageError(
      `${secret} contains the key ${kid}, which the issuer does not publish (${outputName("key_ids")}: ${keyIds.map((id) => presentable(String(id))).join(", ")}): AWS would refuse every token; apply first`,
    );
  }
  return key.pem;
}
