import type { SecretsmanagerSecret } from "@cdktf/provider-aws/lib/secretsmanager-secret";
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
import { addressed, addressOf, Removed } from "../../synthesis";
import {
  assertValid,
  checkText,
  formatValue,
  resourceNameRules,
  secretIdRules,
  secretVersionIdRules,
  secretVersionStageRules,
  type Violation,
} from "../../validation";
import type { SecretProps } from "../signing-key-secret";
import { canBeRequested } from "./certificate-request-relay";
import { KeptKey } from "./kept-key";
import { type KeyAlgorithm, keyAlgorithms } from "./key-algorithms";
import type { SigningKey } from "./signing-key";
import { StoredKey } from "./stored-key";

/** Public keys that are known at synthesis. */
export interface GivenKeys {
  readonly name: string;
  readonly publicKeys: readonly PublicJwk[];
  readonly keyId: KeyIdSource;
}

/** A key that Terraform makes, or that is in Secrets Manager: its public half is known at apply. */
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
  /**
   * How keys are kept in Secrets Manager; each has a secret of its own below this name.
   * @default - none; required for such keys
   */
  readonly secret?: SecretProps;
  /** What the names of SSM parameters with public keys begin with. */
  readonly parameterPath: string;
  /** @default - no tags */
  readonly tags?: Readonly<Record<string, string>>;
}

/** A private key in Secrets Manager that is in no state. */
export interface SecretOfKey {
  /** The key's name. */
  readonly name: string;
  readonly arn: string;
  /** The Terraform expression of the version's ID. */
  readonly version: string;
  /** The secret, if it is made here. */
  readonly resource?: SecretsmanagerSecret;
  /** The name that the key had until now, if it was renamed. */
  readonly previousName?: string;
}

/** A key of which nobody but its owner has the private half. */
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
    ...keys.flatMap(storedKeyViolations),
    ...keys.flatMap(relayViolations),
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

/** Keys that the way to the JWKS cannot take. */
function relayViolations(key: SigningKey, index: number): Violation[] {
  const { algorithm = "RSA-2048", publicKeyRelay } = key;
  if (publicKeyRelay !== "certificate-request" || canBeRequested(algorithm)) return [];
  const rule = `must be "ssm-parameter" for ${algorithm}: only RSA keys can be cut out of a certificate request`;
  return [{ path: ["keys", index, "publicKeyRelay"], rule, given: publicKeyRelay }];
}

/** Where a key in Secrets Manager is. */
function storedKeyViolations({ stored }: SigningKey, index: number): Violation[] {
  if (stored === undefined) return [];
  const { secretId, versionId, versionStage } = stored;
  const path = (property: string) => ["keys", index, property];
  return [
    ...checkText(path("secretId"), secretId, secretIdRules),
    ...(versionId === undefined
      ? []
      : checkText(path("versionId"), versionId, secretVersionIdRules)),
    ...(versionStage === undefined
      ? []
      : checkText(path("versionStage"), versionStage, secretVersionStageRules)),
    ...(versionId === undefined || versionStage === undefined
      ? []
      : [{ path: path("versionStage"), rule: "must be left out beside {versionId}" }]),
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
 * @param name of the key; without one, the first that Terraform makes or reads signs, or else the first
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
  /** The key that signs, if Terraform keeps it in its state. */
  readonly signingKey: PrivateKey | undefined;
  /** The private keys that are in Secrets Manager alone. */
  readonly secrets: readonly SecretOfKey[];

  constructor(
    scope: Construct,
    id: string,
    private readonly props: SigningKeysProps,
  ) {
    super(scope, id);
    const { keys, signingKey } = props;
    assertValid(keyViolations(keys, signingKey), this);
    this.signingName = findSigningKey(keys, signingKey)?.name ?? "";

    const generated = new Map<string, PrivateKey>();
    const secrets: SecretOfKey[] = [];
    this.publicKeys = keys.map((key) => {
      if (isGiven(key)) return key;
      const { name, algorithm = "RSA-2048" } = key;
      if (key.source === "generated") {
        const pair = this.generate(key);
        generated.set(name, pair);
        return { name, algorithm, publicKeyPem: pair.publicKeyPem };
      }
      const { publicKeyPem, ...secret } =
        key.stored === undefined ? this.keep(key) : this.read(key);
      secrets.push({ ...secret, name });
      return { name, algorithm, publicKeyPem };
    });
    this.secrets = secrets;
    this.signingKey = generated.get(this.signingName);
    this.algorithms = this.publicKeys.flatMap((key) =>
      "publicKeys" in key
        ? key.publicKeys.map(({ alg }) => alg)
        : keyAlgorithms[key.algorithm].signs,
    );
  }

  private generate({ name, algorithm = "RSA-2048", previousName }: SigningKey): PrivateKey {
    const pair = addressed(new PrivateKey(this, name, keyAlgorithms[algorithm].arguments), name);
    if (previousName !== undefined) pair.moveFromId(this.addressOfPair(previousName));
    return pair;
  }

  private keep({ name, previousName, algorithm = "RSA-2048", publicKeyRelay }: SigningKey) {
    const { secret = { name: "" }, parameterPath, tags } = this.props;
    const make = (keyName: string) =>
      new KeptKey(this, keyName, {
        name: keyName,
        algorithm,
        secret: { ...secret, name: `${secret.name}/${keyName}` },
        parameterName: `${parameterPath}/${keyName}`,
        publicKeyRelay,
        tags,
      });
    const key = make(name);
    if (previousName !== undefined) {
      const former = make(previousName).resources.map(addressOf);
      this.node.tryRemoveChild(previousName);
      key.resources.forEach((resource, index) => {
        resource.moveFromId(former[index] ?? "");
      });
    }
    const { resource, version } = key.secret;
    return {
      publicKeyPem: key.publicKeyPem,
      arn: resource.arn,
      version: `${addressOf(version)}.version_id`,
      resource,
      previousName,
    };
  }

  private read(signingKey: SigningKey) {
    const { name, algorithm = "RSA-2048", publicKeyRelay, stored = { secretId: "" } } = signingKey;
    const { parameterPath, tags } = this.props;
    const parameterName = `${parameterPath}/${name}`;
    new Removed(this, `removed-${name}`, this.addressOfPair(name));
    const key = new StoredKey(this, name, {
      ...stored,
      name,
      algorithm,
      publicKeyRelay,
      parameterName,
      tags,
    });
    return { publicKeyPem: key.publicKeyPem, arn: key.secretArn, version: key.version };
  }

  /** The Terraform address that a key pair of another name has. */
  private addressOfPair(name: string): string {
    const address = addressOf(addressed(new PrivateKey(this, name, { algorithm: "RSA" }), name));
    this.node.tryRemoveChild(name);
    return address;
  }
}
