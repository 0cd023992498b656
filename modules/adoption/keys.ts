import { encodePublicKey } from "../cluster";
import { type PublicJwk, readPublicKeys } from "../documents";
import { asList, asMap } from "../iam/policy-document";
import { privateJwkMembers } from "../validation";
import { Inexpressible } from "./trust-policy";

/** A key of `keys`. */
type AdoptedKey = { readonly name: string } & (
  | { readonly publicKey: string; readonly keyId?: "as-given" }
  | { readonly secretId: string; readonly algorithm?: string }
);

/** A secret of Secrets Manager with the private half of a published key. */
export interface KeySecret {
  /** Its name or ARN. */
  readonly id: string;
  readonly publicKey: PublicJwk;
}

/** The keys of a published JWKS, as `irsa.yaml` has them. */
export interface AdoptedKeys {
  readonly keys: readonly AdoptedKey[];
  readonly signingKey?: string;
  readonly emptyKeyId?: true;
  readonly checks: readonly string[];
}

interface Entry {
  readonly jwk: PublicJwk;
  readonly kids: string[];
}

/**
 * The keys of a JWKS. Each keeps the `kid` that it is published with.
 *
 * @param secret of the one that signs, which Terraform reads there from now on
 * @throws {DocumentError} it has something else than sound public keys
 * @throws {Inexpressible} it has no key, or one under several names
 */
export async function adoptKeys(jwks: string, secret?: KeySecret): Promise<AdoptedKeys> {
  const entries: Entry[] = [];
  const checks: string[] = [];
  for (const published of asList(asMap(JSON.parse(jwks)).keys).map(asMap)) {
    if (privateJwkMembers.some((member) => member in published)) {
      checks.push("the JWKS publishes a private key: rotate it at once (irsa rotate)");
    }
    const { kty, crv, n, e, x, y, kid } = published;
    const bare = JSON.stringify({ kty, crv, n: compact(n), e: compact(e), x, y });
    const [jwk] = await readPublicKeys(bare, "a key of the published JWKS");
    if (jwk === undefined) continue;
    const known = entries.find((entry) => entry.jwk.kid === jwk.kid);
    const id = typeof kid === "string" ? kid : "";
    if (known === undefined) entries.push({ jwk, kids: [id] });
    else known.kids.push(id);
  }
  if (entries.length === 0) throw new Inexpressible("the JWKS has no keys");
  const names = entries.map((_, index) => (entries.length === 1 ? "key" : `key-${index + 1}`));
  const keys = entries.map(({ jwk, kids }, index): AdoptedKey => {
    const name = names[index] ?? "";
    const [given = jwk.kid, other] = [...new Set(kids.filter((kid) => kid !== ""))];
    if (other !== undefined) throw new Inexpressible(`the JWKS has a key under two kids: ${other}`);
    if (secret?.publicKey.kid === given) {
      return { name, secretId: secret.id, ...algorithmOf(jwk) };
    }
    return given === jwk.kid
      ? { name, publicKey: encodePublicKey(jwk) }
      : { name, publicKey: JSON.stringify({ ...jwk, kid: given }), keyId: "as-given" };
  });
  const [repeated, again] = entries.flatMap(({ kids }, index) =>
    kids.includes("") ? [names[index] ?? ""] : [],
  );
  if (again !== undefined) throw new Inexpressible("the JWKS has several keys without a kid");
  const kept = keys.find((key) => "secretId" in key)?.name;
  const [first = "", ...others] = names;
  const signingKey = kept ?? repeated ?? first;
  if (repeated !== undefined && repeated !== signingKey) {
    throw new Inexpressible("the JWKS has a key without a kid that is not the one that signs");
  }
  if (others.length > 0 && kept === undefined) {
    checks.push(
      `${names.length} keys are published: signingKey must be the one that signs, now ${signingKey}`,
    );
  }
  return {
    keys,
    ...(others.length > 0 && { signingKey }),
    ...(repeated !== undefined && { emptyKeyId: true as const }),
    checks: [...new Set(checks)],
  };
}

/** Of RSA 2048, which is what Terraform takes a key for, nothing. */
function algorithmOf(jwk: PublicJwk): { readonly algorithm?: string } {
  if (jwk.kty === "EC") return { algorithm: `EC-${jwk.crv.replace("-", "")}` };
  const bits = Buffer.from(jwk.n, "base64url").length * 8;
  return bits === 2048 ? {} : { algorithm: `RSA-${bits}` };
}

/** Base64url as it should be: some recipes leave line breaks, padding and a leading zero byte in it. */
function compact(value: unknown): unknown {
  if (typeof value !== "string") return value;
  const bytes = Buffer.from(value.replaceAll(/\s/g, ""), "base64url");
  const start = bytes.findIndex((byte) => byte !== 0);
  return bytes.subarray(Math.max(0, start)).toString("base64url");
}
