import { DataExternal } from "@cdktf/provider-external/lib/data-external";
import { S3Object } from "@cdktf/provider-aws/lib/s3-object";
import { AssetType, Fn, TerraformAsset, Token } from "cdktf";
import { Construct } from "constructs";
import { jwks, type PublicJwk } from "../documents";
import { addressed, local } from "../terraform";
import type { GivenKeys, UnknownKey } from "./signing-keys";

/** The JWKS of an issuer, computed one way or another: the bytes are the same. */
export interface PublishedKeys {
  /** The content of the JWKS: canonical JSON. */
  readonly jwks: string;
  /** The `kid` of each key, in order. */
  readonly keyIds: string[];
}

/**
 * The JWKS of keys that are all known at synthesis.
 *
 * @throws {DuplicateKeyError} a key is there twice
 */
export function knownKeys(keys: readonly PublicJwk[]): PublishedKeys {
  return { jwks: jwks(keys), keyIds: keys.map(({ kid }) => kid) };
}

/** Props of {@link ProgramKeys}. */
export interface ProgramKeysProps {
  readonly keys: readonly (GivenKeys | UnknownKey)[];
}

/** The JWKS computed at apply by one run of the project's program, which is fed public keys only. */
export class ProgramKeys extends Construct implements PublishedKeys {
  readonly jwks: string;
  readonly keyIds: string[];

  constructor(scope: Construct, id: string, { keys }: ProgramKeysProps) {
    super(scope, id);
    const program = new TerraformAsset(this, "program", {
      path: require.resolve("self-hosted-irsa/programs/jwks"),
      type: AssetType.FILE,
    });
    const entries = keys.map((key) => ({
      name: key.name,
      publicKey: "publicKeys" in key ? Fn.jsonencode({ keys: key.publicKeys }) : key.publicKeyPem,
    }));
    const { result } = addressed(
      new DataExternal(this, "jwks", {
        program: ["node", `\${path.module}/${program.path}`],
        query: { keys: Fn.jsonencode(entries) },
      }),
      "jwks",
    );
    this.jwks = result.lookup("jwks");
    this.keyIds = Token.asList(Fn.jsondecode(result.lookup("key_ids")));
  }
}

/** Props of {@link FunctionKeys}. */
export interface FunctionKeysProps {
  readonly keys: readonly (GivenKeys | UnknownKey)[];
  /** The bucket that reports the SHA-256 of each public key: it keeps a private object for each. */
  readonly bucket: string;
}

/**
 * The base64 that every SubjectPublicKeyInfo of an RSA key with 2048 bits begins with: 33 bytes, up to
 * the first byte of the modulus (RFC 8017, appendix A.1.1; RFC 5280, section 4.1).
 */
const rsa2048Head = "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA";
const rsa2048ModulusLength = 342;

/**
 * The JWKS computed at apply by Terraform's own functions, for runners without Node. The modulus is cut
 * out of the PEM; the `kid` is the SHA-256 that S3 reports for an object with the key's DER.
 */
export class FunctionKeys extends Construct implements PublishedKeys {
  readonly jwks: string;
  readonly keyIds: string[];

  constructor(scope: Construct, id: string, { keys, bucket }: FunctionKeysProps) {
    super(scope, id);
    const published = keys.flatMap<PublicJwk>((key) =>
      "publicKeys" in key ? key.publicKeys : [this.rsaKey(key, bucket)],
    );
    this.jwks = local(this, "jwks", Fn.jsonencode({ keys: published }));
    this.keyIds = published.map(({ kid }) => kid);
  }

  private rsaKey({ name, publicKeyPem }: UnknownKey, bucket: string): PublicJwk {
    const der = local(
      this,
      `${name}_der`,
      Fn.replace(publicKeyPem, "/-----[A-Z ]+-----|[^A-Za-z0-9+/=]/", ""),
    );
    const object = addressed(
      new S3Object(this, name, {
        bucket,
        key: `public-keys/${name}.der`,
        contentBase64: der,
        contentType: "application/octet-stream",
        checksumAlgorithm: "SHA256",
        lifecycle: {
          precondition: [
            {
              condition: Fn.startswith(der, rsa2048Head),
              errorMessage: `The key ${name} is not RSA with 2048 bits, the one kind that Terraform's functions can take apart.`,
            },
          ],
        },
      }),
      `${name}_der`,
    );
    const modulus = Fn.substr(der, rsa2048Head.length, rsa2048ModulusLength);
    return {
      alg: "RS256",
      e: "AQAB",
      kid: local(this, `${name}_kid`, Fn.trimsuffix(base64url(object.checksumSha256), "=")),
      kty: "RSA",
      n: base64url(modulus),
      use: "sig",
    };
  }
}

function base64url(base64: string): string {
  return Fn.replace(Fn.replace(base64, "+", "-"), "/", "_");
}
