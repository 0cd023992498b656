import { PrivateKey } from "@cdktf/provider-tls/lib/private-key";
import { Token } from "cdktf";
import { Construct } from "constructs";
import {
  assertPublicJwk,
  DocumentError,
  type KeyIdSource,
  type PublicJwk,
  type SigningAlgorithm,
} from "../../documents";
import { addressed } from "../../synthesis";
import {
  assertValid,
  checkText,
  formatValue,
  resourceNameRules,
  type Violation,
} from "../../validation";
import { type KeyAlgorithm, keyAlgorithms } from "./key-algorithms";

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
    return new SigningKey(name, options.algorithm ?? "RSA-2048", undefined, options.previousName);
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
    return new SigningKey(name, undefined, publicKeys, undefined, options.keyId);
  }

  private constructor(
    /** Names the key in messages and among the issuer's keys. */
    readonly name: string,
    /** The algorithm of a key that Terraform makes; undefined for keys of your own. */
    readonly algorithm: KeyAlgorithm | undefined,
    /** Keys of your own; undefined for a key that Terraform makes. */
    readonly publicKeys: readonly PublicJwk[] | undefined,
    /** The name that a key that Terraform makes had until now, if it was renamed. */
    readonly previousName?: string,
    /** Where the `kid` of keys of your own comes from. */
    readonly keyId: KeyIdSource = "computed",
  ) {}
}

/** Public keys that are known at synthesis. */
export interface GivenKeys {
  readonly name: string;
  readonly publicKeys: readonly PublicJwk[];
  readonly keyId: KeyIdSource;
}

/** A key that Terraform makes: its public half is known at apply. */
export interface UnknownKey {
  readonly name: string;
  readonly algorithm: KeyAlgorithm;
  /** SubjectPublicKeyInfo in PEM, a token. */
  readonly publicKeyPem: string;
}

/** Props of {@link SigningKeys}. */
export interface SigningKeysProps {
  /** In the order in which they are published; at least one. */
  readonly keys: readonly SigningKey[];
  /** @default - see {@link findSigningKey} */
  readonly signingKey?: string;
}

export function isGiven(key: SigningKey): key is SigningKey & GivenKeys {
  return key.publicKeys !== undefined;
}

/** With more public keys in a JWKS, STS verifies no token. */
const maxKeys = 100;

/** What is wrong with the keys of an issuer. */
export function keyViolations(keys: readonly SigningKey[], signingKey?: string): Violation[] {
  const names = keys.map(({ name }) => name);
  const published = keys.flatMap(({ publicKeys = [] }, index) =>
    publicKeys.map(({ kid }) => ({ kid, index })),
  );
  const kids = published.map(({ kid }) => kid);
  return [
    ...(keys.some((key) => !isGiven(key)) || published.length > 0
      ? []
      : [
          {
            path: ["keys"],
            rule: "must contain at least one key: an empty JWKS ends every role assumption at once",
          },
        ]),
    ...(kids.length + keys.filter((key) => !isGiven(key)).length > maxKeys
      ? [{ path: ["keys"], rule: `must contain at most ${maxKeys} public keys, as STS reads` }]
      : []),
    ...names.flatMap((name, index) => [
      ...checkText(["keys", index, "name"], name, resourceNameRules),
      ...(names.indexOf(name) < index
        ? [{ path: ["keys", index, "name"], rule: "must not repeat another entry", given: name }]
        : []),
    ]),
    ...keys.flatMap(publicKeyViolations),
    ...published
      .filter(({ kid }, at) => kids.indexOf(kid) < at)
      .map(({ kid, index }) => ({
        path: ["keys", index, "publicKeys"],
        rule: `must not repeat a key, but kid ${formatValue(kid)} is already published`,
      })),
    ...(signingKey === undefined || names.includes(signingKey)
      ? []
      : [
          {
            path: ["signingKey"],
            rule: `must be the name of one of {keys} (${names.map(formatValue).join(", ")})`,
            given: signingKey,
          },
        ]),
  ];
}

/** Keys of one's own that are not sound, or whose `kid` is not right. */
function publicKeyViolations(
  { publicKeys = [], keyId }: SigningKey,
  index: number,
): readonly Violation[] {
  return publicKeys.flatMap((jwk, position) => {
    if (Object.values(jwk).some((member) => Token.isUnresolved(member))) return [];
    try {
      assertPublicJwk(jwk, "it", keyId);
      return [];
    } catch (error) {
      if (!(error instanceof DocumentError)) throw error;
      const path = ["keys", index, "publicKeys", position];
      return [{ path, rule: `must be a sound public key: ${error.message}` }];
    }
  });
}

/**
 * The key that the cluster signs with.
 *
 * @param name of the key; without one, the first that Terraform makes signs, or else the first
 */
export function findSigningKey(
  keys: readonly SigningKey[],
  name: string | undefined,
): SigningKey | undefined {
  return name === undefined
    ? (keys.find((key) => !isGiven(key)) ?? keys[0])
    : keys.find((key) => key.name === name);
}

/**
 * The keys of an issuer, wherever they come from. One of them signs.
 *
 * @throws {InvalidPropsError} see {@link keyViolations}
 */
export class SigningKeys extends Construct {
  /** Every public key in order: known now, or at apply. */
  readonly publicKeys: readonly (GivenKeys | UnknownKey)[];
  /** The algorithms of the keys, in order. */
  readonly algorithms: readonly SigningAlgorithm[];
  /** The name of the key that signs. */
  readonly signingName: string;
  /** The key that signs, if Terraform makes it; else its private half is with its owner. */
  readonly signingKey: PrivateKey | undefined;

  constructor(scope: Construct, id: string, { keys, signingKey }: SigningKeysProps) {
    super(scope, id);
    assertValid(keyViolations(keys, signingKey), this);
    this.signingName = findSigningKey(keys, signingKey)?.name ?? "";

    const generated = new Map<string, PrivateKey>();
    this.publicKeys = keys.map((key) => {
      if (isGiven(key)) return key;
      const { name, algorithm = "RSA-2048", previousName } = key;
      const pair = new PrivateKey(this, name, keyAlgorithms[algorithm].arguments);
      generated.set(name, addressed(pair, name));
      if (previousName !== undefined) pair.moveFromId(this.addressOf(previousName));
      return { name, algorithm, publicKeyPem: pair.publicKeyPem };
    });
    this.signingKey = generated.get(this.signingName);
    this.algorithms = this.publicKeys.flatMap((key) =>
      "publicKeys" in key
        ? key.publicKeys.map(({ alg }) => alg)
        : keyAlgorithms[key.algorithm].signs,
    );
  }

  /** The Terraform address that a key of another name has. */
  private addressOf(name: string): string {
    const key = addressed(new PrivateKey(this, name, { algorithm: "RSA" }), name);
    const address = `${key.terraformResourceType}.${key.friendlyUniqueId}`;
    this.node.tryRemoveChild(name);
    return address;
  }
}
