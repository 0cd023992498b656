import { DataExternal } from "@cdktf/provider-external/lib/data-external";
import { PrivateKey } from "@cdktf/provider-tls/lib/private-key";
import { AssetType, Fn, TerraformAsset, Token } from "cdktf";
import { Construct } from "constructs";
import { jwks, type PublicJwk, type SigningAlgorithm } from "../documents";
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

/** Where a public key of the issuer comes from. */
export type KeySource = GeneratedKey | GivenKeys;

/** Props of {@link SigningKeys}. */
export interface SigningKeysProps {
  /** In the order in which they are published; at least one. */
  readonly sources: readonly KeySource[];
}

/**
 * The signing keys of an issuer, wherever they come from, and the JWKS made of them: at synthesis when
 * all are known then, else at apply by one run of the project's program, which is fed public keys only.
 */
export class SigningKeys extends Construct {
  /** The content of the JWKS: canonical JSON. */
  readonly jwks: string;
  /** The `kid` of each published key, in order. */
  readonly keyIds: string[];
  /** The algorithms of the keys, in order. */
  readonly algorithms: readonly SigningAlgorithm[];
  /** The generated key that signs; undefined when every private key is with its owner. */
  readonly signingKey: PrivateKey | undefined;

  constructor(scope: Construct, id: string, { sources }: SigningKeysProps) {
    super(scope, id);
    assertValid(
      sources.length === 0
        ? ["keys must have at least one entry: an empty JWKS ends every role assumption at once"]
        : [],
    );

    const keys = sources.map((source) =>
      "publicKeys" in source ? source : this.generate(source.name),
    );
    this.signingKey = keys.find((key) => key instanceof PrivateKey);
    this.algorithms = keys.flatMap((key) =>
      key instanceof PrivateKey ? (["RS256"] as const) : key.publicKeys.map(({ alg }) => alg),
    );
    if (this.signingKey === undefined) {
      const known = sources.flatMap((source) => ("publicKeys" in source ? source.publicKeys : []));
      this.jwks = jwks(known);
      this.keyIds = known.map(({ kid }) => kid);
    } else {
      const result = this.runProgram(
        keys.map((key, index) => ({
          name: sources[index]?.name,
          publicKey:
            key instanceof PrivateKey ? key.publicKeyPem : Fn.jsonencode({ keys: key.publicKeys }),
        })),
      );
      this.jwks = result("jwks");
      this.keyIds = Token.asList(Fn.jsondecode(result("key_ids")));
    }
  }

  private generate(name: string): PrivateKey {
    return addressed(new PrivateKey(this, name, { algorithm: "RSA", rsaBits: 2048 }), name);
  }

  private runProgram(keys: readonly object[]): (member: string) => string {
    const program = new TerraformAsset(this, "jwks-program", {
      path: require.resolve("self-hosted-irsa/programs/jwks"),
      type: AssetType.FILE,
    });
    const data = addressed(
      new DataExternal(this, "jwks", {
        program: ["node", `\${path.module}/${program.path}`],
        query: { keys: Fn.jsonencode(keys) },
      }),
      "jwks",
    );
    return (member) => data.result.lookup(member);
  }
}
