import { DataExternal } from "@cdktf/provider-external/lib/data-external";
import { S3Object } from "@cdktf/provider-aws/lib/s3-object";
import { AssetType, Fn, type ITerraformDependable, TerraformAsset, Token } from "cdktf";
import { Construct } from "constructs";
import { buildJwks, type PublicJwk } from "../../documents";
import { addressed, local } from "../../synthesis";
import { assertValid, formatValue, InvalidPropsError, type Violation } from "../../validation";
import { type KeyAlgorithm, keyAlgorithms } from "./key-algorithms";
import type { GivenKeys, UnknownKey } from "./signing-keys";

/** The JWKS of an issuer, computed one way or another: the bytes are the same. */
export interface PublishedKeys {
  /** The content of the JWKS: canonical JSON. */
  readonly jwks: string;
  /** The `kid` of each key, in order. */
  readonly keyIds: string[];
}

/** What a JWKS is made of, whatever computes it. */
export interface PublishedKeysProps {
  /** In the order in which they are published. */
  readonly keys: readonly (GivenKeys | UnknownKey)[];
  /**
   * The name of the key that is published a second time with an empty `kid`, for API servers before
   * Kubernetes 1.16, which write none into their tokens; of several public keys of that name, the first.
   * @default - none
   */
  readonly emptyKeyIdFor?: string;
}

/** The JWKS of keys that are all known at synthesis. */
export function knownKeys(keys: readonly GivenKeys[], emptyKeyIdFor?: string): PublishedKeys {
  const published = keys.flatMap(({ publicKeys }) => publicKeys);
  const again = keys.find(({ name }) => name === emptyKeyIdFor)?.publicKeys[0];
  return { jwks: buildJwks(published, again), keyIds: published.map(({ kid }) => kid) };
}

/** The JWKS computed at apply by one run of the project's program, which is fed public keys only. */
export class ProgramKeys extends Construct implements PublishedKeys {
  readonly jwks: string;
  readonly keyIds: string[];

  constructor(scope: Construct, id: string, { keys, emptyKeyIdFor }: PublishedKeysProps) {
    super(scope, id);
    const program = new FileAsset(this, "program", findProgram(scope));
    const entries = keys.map((key) => ({
      name: key.name,
      publicKey: "publicKeys" in key ? Fn.jsonencode({ keys: key.publicKeys }) : key.publicKeyPem,
      ...("publicKeys" in key && key.keyId === "as-given" ? { keyId: key.keyId } : {}),
      ...(key.name === emptyKeyIdFor ? { emptyKeyId: true } : {}),
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

/** A file that goes beside the stack's Terraform. */
export class FileAsset extends TerraformAsset {
  /** @param source the file's absolute path */
  constructor(
    scope: Construct,
    id: string,
    readonly source: string,
  ) {
    super(scope, id, { path: source, type: AssetType.FILE });
  }
}

/** @throws {InvalidPropsError} a checkout of the project that is not built */
function findProgram(scope: Construct): string {
  try {
    return require.resolve("self-hosted-irsa/programs/jwks");
  } catch {
    const rule = "needs dist/programs/jwks.cjs, which is not built yet: run `npm run build`";
    throw new InvalidPropsError([{ path: [], rule }], scope);
  }
}

/** Props of {@link FunctionKeys}. */
export interface FunctionKeysProps extends PublishedKeysProps {
  /** The bucket that reports the SHA-256 of each public key: it keeps a private object for each. */
  readonly bucketName: string;
  /** @default - none: the bucket is made elsewhere */
  readonly bucketMade?: readonly ITerraformDependable[];
  /**
   * Path inside the bucket, as that of the documents.
   * @default - the bucket's root
   */
  readonly prefix?: string;
}

/** What is wrong with keys for {@link FunctionKeys}. */
export function functionKeyViolations(
  keys: readonly { readonly name: string; readonly algorithm?: KeyAlgorithm | undefined }[],
): Violation[] {
  return keys
    .filter(({ algorithm = "RSA-2048" }) => keyAlgorithms[algorithm].modulus === undefined)
    .map(({ name, algorithm }) => ({
      path: ["jwksComputation"],
      rule: `must be "program" for the key ${formatValue(name)} (${algorithm}): Terraform's functions take only RSA keys apart`,
    }));
}

/**
 * The JWKS computed at apply by Terraform's own functions, for runners without Node. The modulus is cut
 * out of the PEM; the `kid` is the SHA-256 that S3 reports for an object with the key's DER. RSA only.
 *
 * @throws {InvalidPropsError} a key to be made is not RSA
 */
export class FunctionKeys extends Construct implements PublishedKeys {
  readonly jwks: string;
  readonly keyIds: string[];

  constructor(scope: Construct, id: string, props: FunctionKeysProps) {
    super(scope, id);
    const { keys, prefix, emptyKeyIdFor } = props;
    const root = prefix === undefined ? "" : `${prefix}/`;
    assertValid(functionKeyViolations(keys.filter((key) => !("publicKeys" in key))), this);

    const named = keys.flatMap((key) =>
      "publicKeys" in key
        ? key.publicKeys.map((jwk) => ({ name: key.name, jwk }))
        : [{ name: key.name, jwk: this.rsaKey(key, props, root) }],
    );
    const published = named.map(({ jwk }) => jwk);
    const again = named.find(({ name }) => name === emptyKeyIdFor)?.jwk;
    const entries = again === undefined ? published : [...published, { ...again, kid: "" }];
    this.jwks = local(this, "jwks", Fn.jsonencode({ keys: entries }));
    this.keyIds = published.map(({ kid }) => kid);
  }

  private rsaKey(
    { name, algorithm, publicKeyPem }: UnknownKey,
    { bucketName: bucket, bucketMade = [] }: FunctionKeysProps,
    root: string,
  ): PublicJwk {
    const { head, modulus: { length } = { length: 0 } } = keyAlgorithms[algorithm];
    const der = local(
      this,
      `${name}_der`,
      Fn.replace(publicKeyPem, "/-----[A-Z ]+-----|[^A-Za-z0-9+/=]/", ""),
    );
    const object = addressed(
      new S3Object(this, `public-key-${name}`, {
        bucket,
        // A changed key makes another object: of one that is updated, Terraform plans with the old checksum.
        key: `${root}public-keys/${name}-${Fn.sha1(der)}.der`,
        contentBase64: der,
        contentType: "application/octet-stream",
        checksumAlgorithm: "SHA256",
        dependsOn: bucketMade.length > 0 ? [...bucketMade] : undefined,
        lifecycle: {
          precondition: [
            {
              condition: Fn.startswith(der, head),
              errorMessage: `The key ${name} is not ${algorithm}, which its modulus is cut out for.`,
            },
          ],
        },
      }),
      `${name}_der`,
    );
    return {
      alg: "RS256",
      e: "AQAB",
      kid: local(this, `${name}_kid`, Fn.trimsuffix(base64url(object.checksumSha256), "=")),
      kty: "RSA",
      n: base64url(Fn.substr(der, head.length, length)),
      use: "sig",
    };
  }
}

function base64url(base64: string): string {
  return Fn.replace(Fn.replace(base64, "+", "-"), "/", "_");
}
