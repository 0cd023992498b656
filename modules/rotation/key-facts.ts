import type { ApiServerTraits } from "./api-server";
import { type ReadJwks, readPublishedJwks, type RotationEvidence } from "./evidence";
import { TokenFacts } from "./token-facts";

/** A key of the configuration. */
export interface RotatingKey {
  readonly name: string;
  /** The `kid` of each of its public keys. @default - not known before Terraform has made it */
  readonly keyIds?: readonly string[];
  /** Recorded: it has signed no token since. @default - not recorded */
  readonly signedUntil?: Date;
}

/** What a plan to change the signing key is made from. */
export interface KeyRotationProps {
  /** In the order of the configuration. */
  readonly keys: readonly RotatingKey[];
  /** The name of the key that signs by the configuration. */
  readonly signingKey: string;
  /**
   * The key to sign with; a name that no key has is that of a new one.
   * @default - the key that is listed after the one that signs; else a new one
   */
  readonly to?: string;
  /** Names that no key may have any more. */
  readonly retiredKeys: readonly string[];
  readonly apiServer: ApiServerTraits;
  readonly evidence: RotationEvidence;
  /**
   * Stated by the user: the new key has been published since then.
   * @default - `Last-Modified` of the published JWKS
   */
  readonly publishedSince?: Date;
  /** The longest that a token lives, in seconds. @default 86400, as tokens of the webhook */
  readonly tokenLifetime?: number;
  /** Whether a window is accepted, where the API server takes one key. @default false */
  readonly hardCut?: boolean;
  readonly now: Date;
}

/**
 * Why no plan can be made: several keys could be the next one.
 */
export class AmbiguousKeyError extends Error {
  /** @param candidates names of keys */
  constructor(readonly candidates: readonly string[]) {
    super(`several keys could sign next: ${candidates.join(", ")}`);
  }
}

/** What configuration, evidence and time say about the keys. */
export class KeyFacts extends TokenFacts<KeyRotationProps> {
  /** The name of the key that is to sign. */
  readonly to: string;
  readonly jwks: ReadJwks;

  constructor(props: KeyRotationProps) {
    super(props);
    this.jwks = readPublishedJwks(props.evidence);
    this.to = props.to ?? this.nextKey();
  }

  /** Keys that have signed, and do no more: recorded, or listed before the one that signs. */
  get former(): readonly RotatingKey[] {
    const { keys, signingKey, to } = this.props;
    const at = keys.findIndex(({ name }) => name === signingKey);
    return keys.filter(
      ({ name, signedUntil }, index) =>
        name !== signingKey &&
        name !== this.to &&
        (signedUntil !== undefined || index < at || to === signingKey),
    );
  }

  private nextKey(): string {
    const { keys, signingKey } = this.props;
    const at = keys.findIndex(({ name }) => name === signingKey);
    const isFormer = ({ signedUntil }: RotatingKey, index: number) =>
      index < at || signedUntil !== undefined;
    const candidates = keys.filter(
      (key, index) => key.name !== signingKey && !isFormer(key, index),
    );
    const [candidate, ...others] = candidates;
    if (others.length > 0) throw new AmbiguousKeyError(candidates.map(({ name }) => name));
    if (candidate !== undefined) return candidate.name;
    return keys.length > 1 ? signingKey : this.newName();
  }

  /** `key` is followed by `key-2`. */
  private newName(): string {
    const { keys, signingKey, retiredKeys } = this.props;
    const taken = new Set([...keys.map(({ name }) => name), ...retiredKeys]);
    const [, stem = signingKey, number = "1"] = /^(.*[^\d])-(\d{1,3})$/.exec(signingKey) ?? [];
    for (let next = Number(number) + 1; ; next++) {
      const name = `${stem}-${next}`;
      if (!taken.has(name)) return name;
    }
  }

  /** The names of keys that sign, by fresh tokens; undefined without any of a known key. */
  signers(): ReadonlySet<string> | undefined {
    const { keys } = this.props;
    const fresh = this.tokens.filter((token) => this.isFresh(token));
    const names = keys.filter(({ keyIds = [] }) =>
      fresh.some(({ keyId }) => keyIds.includes(keyId)),
    );
    return names.length === 0 ? undefined : new Set(names.map(({ name }) => name));
  }

  isPublished({ keyIds = [] }: RotatingKey): boolean | undefined {
    if ("unknown" in this.jwks || keyIds.length === 0) return undefined;
    const published = this.jwks.keyIds;
    return keyIds.every((kid) => published.includes(kid));
  }

  publishedSince(key: RotatingKey): Date | undefined {
    if (key.name === this.to && this.props.publishedSince !== undefined) {
      return this.props.publishedSince;
    }
    return "unknown" in this.jwks ? undefined : this.jwks.unchangedSince;
  }

  nameOf(keyId: string): string {
    const key = this.props.keys.find(({ keyIds = [] }) => keyIds.includes(keyId));
    return key?.name ?? `a key that is not published (kid ${keyId})`;
  }
}
