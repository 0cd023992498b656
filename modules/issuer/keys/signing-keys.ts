import { PrivateKey } from "@cdktf/provider-tls/lib/private-key";
import { Construct } from "constructs";
import type { PublicJwk, SigningAlgorithm } from "../../documents";
import { addressed } from "../../synthesis";
import {
  assertValid,
  checkText,
  formatValue,
  resourceNameRules,
  type Violation,
} from "../../validation";
import { type KeyAlgorithm, keyAlgorithms } from "./key-algorithms";

/** A key pair made by Terraform. */
export interface GeneratedKey {
  /** Names the Terraform resource `tls_private_key.NAME`. */
  readonly name: string;
  /** @default "RSA-2048", as in the module of the Talos documentation */
  readonly algorithm?: KeyAlgorithm;
  /**
   * Whether this is the key that the cluster signs with.
   * @default - the first generated key signs, or the first key if all are given
   */
  readonly signs?: boolean;
}

/** Public keys that their owner brings along; the private keys stay where they are. */
export interface GivenKeys {
  /** Names the keys in messages. */
  readonly name: string;
  /** What `readPublicKeys` made of the owner's PEM, JWK or JWKS. */
  readonly publicKeys: readonly PublicJwk[];
  /** Whether these hold the key that the cluster signs with. */
  readonly signs?: boolean;
}

/** Where public keys of the issuer come from. */
export type KeySource = GeneratedKey | GivenKeys;

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
  readonly sources: readonly KeySource[];
}

export function isGiven(source: KeySource): source is GivenKeys {
  return "publicKeys" in source;
}

/** What is wrong with the keys of an issuer. */
export function keyViolations(sources: readonly KeySource[]): Violation[] {
  const names = sources.map(({ name }) => name);
  const published = sources.flatMap((source, index) =>
    isGiven(source) ? source.publicKeys.map(({ kid }) => ({ kid, index })) : [],
  );
  const kids = published.map(({ kid }) => kid);
  const signing = sources.findIndex(({ signs }) => signs === true);
  return [
    ...(sources.some((source) => !isGiven(source)) || published.length > 0
      ? []
      : [
          {
            path: ["keys"],
            rule: "must contain at least one key: an empty JWKS ends every role assumption at once",
          },
        ]),
    ...sources.flatMap(({ name, signs }, index) => [
      ...checkText(["keys", index, "name"], name, resourceNameRules),
      ...(names.indexOf(name) < index
        ? [{ path: ["keys", index, "name"], rule: "must not repeat another entry", given: name }]
        : []),
      ...(signs === true && signing < index
        ? [
            {
              path: ["keys", index, "signs"],
              rule: `must be true for one key only, and is for ${formatValue(names[signing])} too`,
            },
          ]
        : []),
    ]),
    ...published
      .filter(({ kid }, at) => kids.indexOf(kid) < at)
      .map(({ kid, index }) => ({
        path: ["keys", index, "publicKeys"],
        rule: `must not repeat a key, but kid ${formatValue(kid)} is already published`,
      })),
  ];
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
  /** The name of the source that signs. */
  readonly signingName: string;
  /** The key that signs, if Terraform makes it; else its private half is with its owner. */
  readonly signingKey: PrivateKey | undefined;

  constructor(scope: Construct, id: string, { sources }: SigningKeysProps) {
    super(scope, id);
    assertValid(keyViolations(sources), this);
    this.signingName = signingSource(sources)?.name ?? "";

    const generated = new Map<string, PrivateKey>();
    this.publicKeys = sources.map((source) => {
      if (isGiven(source)) return source;
      const { name, algorithm = "RSA-2048" } = source;
      const key = new PrivateKey(this, name, keyAlgorithms[algorithm].arguments);
      generated.set(name, addressed(key, name));
      return { name, algorithm, publicKeyPem: key.publicKeyPem };
    });
    this.signingKey = generated.get(this.signingName);
    this.algorithms = this.publicKeys.flatMap((key) =>
      "publicKeys" in key
        ? key.publicKeys.map(({ alg }) => alg)
        : keyAlgorithms[key.algorithm].signs,
    );
  }
}

/** The source of the key that the cluster signs with. */
export function signingSource(sources: readonly KeySource[]): KeySource | undefined {
  return (
    sources.find(({ signs }) => signs === true) ??
    sources.find((source) => !isGiven(source)) ??
    sources[0]
  );
}
