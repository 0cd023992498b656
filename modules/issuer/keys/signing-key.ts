import type { KeyIdSource, PublicJwk } from "../../documents";
import type { KeyAlgorithm } from "./key-algorithms";
import type { PublicKeyRelay } from "./relay";

/** Options of {@link SigningKey.generated}. */
export interface GeneratedKeyOptions {
  /** @default "RSA-2048", as in the module of the Talos documentation */
  readonly algorithm?: KeyAlgorithm;
  /**
   * The name that the key had until now: Terraform keeps the key under its new name.
   * @default - the key was never renamed
   */
  readonly previousName?: string;
}

/** Options of {@link SigningKey.keptInSecretsManager}. */
export interface KeptKeyOptions extends GeneratedKeyOptions {
  /**
   * What takes the public key to the JWKS: `"certificate-request"` makes no SSM parameter and needs no
   * permission for one, but tls 4.4 and an RSA key.
   * @default "ssm-parameter", with tls 4.2 and every kind of key
   */
  readonly publicKeyRelay?: PublicKeyRelay;
}

/** Options of {@link SigningKey.fromSecret}. */
export interface StoredKeyOptions extends Pick<KeptKeyOptions, "publicKeyRelay"> {
  /** The name or ARN of the secret: a private key as PEM (PKCS#1, SEC1, PKCS#8), or base64 of that. */
  readonly secretId: string;
  /**
   * The version of the secret that contains the key.
   * @default - the one with the staging label `versionStage`
   */
  readonly versionId?: string;
  /**
   * The staging label of the version that contains the key.
   * @default "AWSCURRENT"
   */
  readonly versionStage?: string;
  /**
   * The kind of key that the secret contains; a plan fails for any other.
   * @default "RSA-2048"
   */
  readonly algorithm?: KeyAlgorithm;
}

/** Options of {@link SigningKey.fromPublicKeys}. */
export interface GivenKeyOptions {
  /**
   * Where the `kid` of each key comes from: `"as-given"` keeps the one that an external signer (KEP-740)
   * writes into its tokens.
   * @default "computed", as the Kubernetes API server does
   */
  readonly keyId?: KeyIdSource;
}

/**
 * A key whose public half the issuer publishes, by its name in the configuration.
 *
 * @example
 * const keys = [SigningKey.generated("key-2026"), SigningKey.fromPublicKeys("old", publicKeys)];
 */
export class SigningKey {
  /**
   * A key pair that Terraform makes and keeps in its state.
   *
   * @param name names the Terraform resource, too
   *
   * @example
   * SigningKey.generated("key-2026", { algorithm: "EC-P256" });
   */
  static generated(name: string, options: GeneratedKeyOptions = {}): SigningKey {
    const { algorithm = "RSA-2048", previousName } = options;
    return new SigningKey({ name, source: "generated", algorithm, previousName });
  }

  /**
   * A key pair that Terraform makes and keeps in Secrets Manager alone: in no state, plan or output. Needs
   * Terraform or OpenTofu 1.11, and the issuer's `secret`, below whose name the key has a secret of its own.
   *
   * @param name names the Terraform resources and the secret, too
   *
   * @example
   * new IrsaIssuer(this, "irsa", {
   *   hosting: Hosting.s3({ bucket: "acme-prod-oidc" }),
   *   keys: [SigningKey.keptInSecretsManager("key-2026")],
   *   secret: { name: "talos/prod" }, // the key is in the secret talos/prod/key-2026
   * });
   */
  static keptInSecretsManager(name: string, options: KeptKeyOptions = {}): SigningKey {
    const { algorithm = "RSA-2048" } = options;
    return new SigningKey({ name, source: "secrets-manager", ...options, algorithm });
  }

  /**
   * A private key that is in Secrets Manager already: Terraform reads it in each run to publish its public
   * half, and keeps it in no state, plan or output. Needs Terraform or OpenTofu 1.11.
   *
   * Of a key pair of this name that Terraform has made, and of its secret, Terraform forgets: nothing is
   * destroyed. This moves the key of an existing issuer out of the state.
   *
   * @example
   * SigningKey.fromSecret("key", { secretId: "talos/prod" });
   */
  static fromSecret(name: string, options: StoredKeyOptions): SigningKey {
    const { algorithm = "RSA-2048", publicKeyRelay, ...stored } = options;
    return new SigningKey({ name, source: "existing-secret", algorithm, publicKeyRelay, stored });
  }

  /**
   * Public keys of your own; the private keys stay where they are.
   *
   * @param publicKeys what `readPublicKeys` made of PEM, JWK or JWKS, with the same `keyId`
   *
   * @example
   * SigningKey.fromPublicKeys("cluster", await readPublicKeys(readFileSync("sa.pub", "utf8")));
   *
   * @example
   * const options = { keyId: "as-given" } as const;
   * const keys = await readPublicKeys(readFileSync("jwks.json", "utf8"), "jwks.json", options);
   * SigningKey.fromPublicKeys("external", keys, options);
   */
  static fromPublicKeys(
    name: string,
    publicKeys: readonly PublicJwk[],
    options: GivenKeyOptions = {},
  ): SigningKey {
    return new SigningKey({ name, source: "public-keys", publicKeys, keyId: options.keyId });
  }

  /** Names the key in messages and among the issuer's keys. */
  readonly name: string;
  /** Where the key comes from. */
  readonly source: "generated" | "secrets-manager" | "existing-secret" | "public-keys";
  /** The algorithm of a key whose public half is known at apply; undefined for public keys of your own. */
  readonly algorithm: KeyAlgorithm | undefined;
  /** Public keys of your own; undefined for all others. */
  readonly publicKeys: readonly PublicJwk[] | undefined;
  /** The name that a key that Terraform makes had until now, if it was renamed. */
  readonly previousName: string | undefined;
  /** Where the `kid` of keys of your own comes from. */
  readonly keyId: KeyIdSource;
  /** Where a key is that is in Secrets Manager already. */
  readonly stored: Omit<StoredKeyOptions, "algorithm" | "publicKeyRelay"> | undefined;
  /** What takes the public half of a key in Secrets Manager to the JWKS. */
  readonly publicKeyRelay: PublicKeyRelay | undefined;

  private constructor(props: Partial<SigningKey> & Pick<SigningKey, "name" | "source">) {
    this.name = props.name;
    this.source = props.source;
    this.algorithm = props.algorithm;
    this.publicKeys = props.publicKeys;
    this.previousName = props.previousName;
    this.keyId = props.keyId ?? "computed";
    this.stored = props.stored;
    this.publicKeyRelay = props.publicKeyRelay;
  }
}
