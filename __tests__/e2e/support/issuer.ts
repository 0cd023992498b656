import { createPublicKey } from "node:crypto";
import { AwsApi } from "../../../sandbox/aws-api";
import type { Observation } from "../../../sandbox/fault-proxy";
import type { LocalCloud } from "../../../sandbox/local-cloud";
import { signToken, type TokenProps } from "../../../sandbox/relying-party";
import type { Outputs } from "../../../sandbox/terraform-runner";
import { readPublicKeys } from "../../../modules/documents";

/** The outputs of a stack or module with an issuer. */
export interface IssuerOutputs {
  readonly issuer_url: string;
  readonly issuer_hostpath: string;
  readonly jwks_uri: string;
  readonly oidc_provider_arn: string;
  readonly secret_arn: string;
  readonly key_ids: readonly string[];
}

/** The outputs of a root configuration that is such a stack. */
export function issuerOutputs(outputs: Outputs): IssuerOutputs {
  const values = outputs.names.map((name) => [name, outputs.value(name)] as const);
  return Object.fromEntries(values) as unknown as IssuerOutputs;
}

/** The private key as the cluster gets it: base64 of the PEM, from Secrets Manager. */
export async function signingKey(cloud: LocalCloud, secretArn: string): Promise<string> {
  const region = secretArn.split(":")[3];
  const secret = await new AwsApi(cloud.emulator.url, region).secretString(secretArn);
  return Buffer.from(secret, "base64").toString();
}

/** Has a ServiceAccount token, signed with the key from Secrets Manager, verified by discovery alone. */
export async function verifyToken(
  cloud: LocalCloud,
  { issuer_url: issuer, key_ids: [keyId = ""], secret_arn }: IssuerOutputs,
  changes: Partial<TokenProps> = {},
) {
  const privateKeyPem = await signingKey(cloud, secret_arn);
  const token = await signToken({ privateKeyPem, keyId, issuer, ...changes });
  return cloud.relyingParty.verify(token, issuer);
}

/** What everyone reads from a bucket; undefined when there is nothing to read. */
export async function published(cloud: LocalCloud, bucket: string, key = "keys.json") {
  const response = await fetch(`${cloud.emulator.url}/${bucket}/${key}`);
  return response.ok ? response.text() : undefined;
}

/** The `kid` of each key that a bucket publishes, in order; undefined when there is no JWKS. */
export async function publishedKeyIds(cloud: LocalCloud, bucket: string) {
  const jwks = await published(cloud, bucket);
  if (jwks === undefined) return undefined;
  return (JSON.parse(jwks) as { keys: { kid: string }[] }).keys.map(({ kid }) => kid);
}

/** The `kid` of the private key in a secret; undefined when there is none. */
export async function secretKeyId(cloud: LocalCloud, secretName: string) {
  const secret = await cloud.api.secretString(secretName).catch((error: unknown) => {
    if (String(error).includes("ResourceNotFoundException")) return undefined;
    throw error;
  });
  return secret === undefined ? undefined : keyIdOf(Buffer.from(secret, "base64").toString());
}

/** The `kid` of a key pair. */
export async function keyIdOf(privateKeyPem: string): Promise<string | undefined> {
  return (await readPublicKeys(publicPem(privateKeyPem)))[0]?.kid;
}

export function publicPem(privateKeyPem: string): string {
  return createPublicKey(privateKeyPem).export({ type: "spki", format: "pem" }).toString();
}

/**
 * Checks after every change what a cluster lives on: a published JWKS is never empty, and holds the key
 * that is in the secret.
 */
export function watchIssuer(cloud: LocalCloud, bucket: string, secretName: string): Observation {
  return cloud.proxy.observe(async ({ method, path, action }) => {
    const kids = await publishedKeyIds(cloud, bucket);
    const signing = await secretKeyId(cloud, secretName);
    const after = `after ${action || `${method} ${path}`}`;
    if (kids?.length === 0) throw new Error(`the JWKS is empty ${after}`);
    if (signing !== undefined && !kids?.includes(signing)) {
      throw new Error(`the JWKS lacks the signing key ${after}`);
    }
  });
}
