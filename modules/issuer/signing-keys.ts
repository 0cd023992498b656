import { PrivateKey } from "@cdktf/provider-tls/lib/private-key";
import { Construct } from "constructs";
import type { PublicJwk, SigningAlgorithm } from "../documents";
import { addressed, assertValid } from "../terraform";

/** A key pair made by Terraform: RSA of 2048 bits, as in the module of the Talos documentation. */
export interface GeneratedKey {
  /** Names the Terraform resource `tls_private_key.NAME`. */
  readonly name: string;
}

/** Public keys that their owner brings along; the private keys stay where they are. */
export interface GivenKeys {
  /** Names the keys in messages. */
  readonly name: string;
  /** What `readPublicKeys` made of the owner's PEM, JWK or JWKS. */
  readonly publicKeys: readonly PublicJwk[];
}

/** Where public keys of the issuer come from. */
export type KeySource = GeneratedKey | GivenKeys;

/** A key that Terraform makes: its public half is known at apply. */
export interface UnknownKey {
  readonly name: string;
  /** SubjectPublicKeyInfo in PEM, a token. */
  readonly publicKeyPem: string;
  readonly algorithm: SigningAlgorithm;
}

/** Props of {@link SigningKeys}. */
export interface SigningKeysProps {
  /** In the order in which they are published; at least one. */
  readonly sources: readonly KeySource[];
}

/** The keys of an issuer, wherever they come from. */
export class SigningKeys extends Construct {
  /** Every public key in order: known now, or at apply. */
  readonly publicKeys: readonly (GivenKeys | UnknownKey)[];
  /** The algorithms of the keys, in order. */
  readonly algorithms: readonly SigningAlgorithm[];
  /** The generated key that signs; undefined when every private key is with its owner. */
  readonly signingKey: PrivateKey | undefined;

  constructor(scope: Construct, id: string, { sources }: SigningKeysProps) {
    super(scope, id);
    assertValid(
      sources.some((source) => !("publicKeys" in source) || source.publicKeys.length > 0)
        ? []
        : ["keys must hold at least one key: an empty JWKS ends every role assumption at once"],
    );

    const generated: PrivateKey[] = [];
    this.publicKeys = sources.map((source) => {
      if ("publicKeys" in source) return source;
      const key = addressed(
        new PrivateKey(this, source.name, { algorithm: "RSA", rsaBits: 2048 }),
        source.name,
      );
      generated.push(key);
      return { name: source.name, publicKeyPem: key.publicKeyPem, algorithm: "RS256" };
    });
    this.signingKey = generated[0];
    this.algorithms = this.publicKeys.flatMap((key) =>
      "publicKeys" in key ? key.publicKeys.map(({ alg }) => alg) : key.algorithm,
    );
  }
}
