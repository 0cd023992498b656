import type { ApiServerTraits } from "./api-server";
import {
  keyIdsOf,
  type ReadJwks,
  readPublishedJwks,
  readTokens,
  type ReadToken,
  type RotationEvidence,
} from "./evidence";
import { type Check, latest, type Step } from "./step";

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
   * The key that shall sign; a name that no key has is that of a new one.
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
 * - `staged`: published, or about to be; nobody signs with it.
 * - `accepted`: API servers take its tokens, too.
 * - `signing`: new tokens are signed with it.
 * - `draining`: another key signs, and its last tokens are still valid.
 * - `retired`: it is no longer published.
 */
type KeyState = "staged" | "accepted" | "signing" | "draining" | "retired";

/** A key as it is. */
export interface KeyStatus {
  readonly name: string;
  readonly state: KeyState;
  /** Empty: not known. */
  readonly keyIds: readonly string[];
  /** @default - not known */
  readonly isPublished?: boolean;
  /** It has been published at least since then. @default - not known */
  readonly publishedSince?: Date;
  /** @default - not recorded */
  readonly signedUntil?: Date;
  /** When its last token has expired. @default - not known */
  readonly drainedAt?: Date;
}

/** A change of the signing key. */
export interface KeyRotationPlan {
  /** The key that shall sign. */
  readonly to: string;
  readonly keys: readonly KeyStatus[];
  /** Steps that are left, the next one first. */
  readonly steps: readonly Step[];
}

/** How long relying parties may keep a JWKS: the API server's own says `max-age=3600`. */
const cacheSeconds = 3600;

/** The longest life of tokens that the pod identity webhook asks for, in seconds. */
const defaultTokenLifetime = 86_400;

/** A token is fresh for so many seconds; clocks may differ by so many. */
const freshSeconds = 3600;
const clockSeconds = 300;

/**
 * Why no plan can be made: several keys could be the next one.
 */
export class AmbiguousKeyError extends Error {
  /** @param candidates names of keys */
  constructor(readonly candidates: readonly string[]) {
    super(`several keys could sign next: ${candidates.join(", ")}`);
  }
}

/**
 * Plans the change of a cluster's signing key in steps that are safe one after the other: publish the new
 * key (stage), let API servers accept it (accept), let it sign (promote), wait until the last token of the
 * old key has expired (drain), and drop the old key (retire).
 *
 * A time is never assumed: what nobody has looked at is `unknown`, and a step with an unknown check is not
 * ready.
 *
 * @throws {AmbiguousKeyError} several keys could be the next one, and `to` is not given
 *
 * @example
 * const { steps } = planKeyRotation({
 *   keys: [{ name: "key", keyIds: ["kid-1"] }],
 *   signingKey: "key",
 *   retiredKeys: [],
 *   apiServer,
 *   evidence: {},
 *   now: new Date(),
 * });
 * steps[0]?.step; // "stage"
 */
export function planKeyRotation(props: KeyRotationProps): KeyRotationPlan {
  const context = new Context(props);
  return { to: context.to, keys: context.statuses(), steps: context.steps() };
}

/** What all steps look at. */
class Context {
  readonly to: string;
  private readonly jwks: ReadJwks;
  private readonly tokens: readonly ReadToken[];
  private readonly lifetime: number;

  constructor(private readonly props: KeyRotationProps) {
    this.jwks = readPublishedJwks(props.evidence);
    this.tokens = readTokens(props.evidence);
    this.lifetime = props.tokenLifetime ?? defaultTokenLifetime;
    this.to = props.to ?? this.nextKey();
  }

  /** Keys that have signed, and do no more: recorded, or listed before the one that signs. */
  private get former(): readonly RotatingKey[] {
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

  statuses(): KeyStatus[] {
    const { keys, retiredKeys } = this.props;
    return [
      ...keys.map((key) => this.status(key)),
      ...retiredKeys.map((name) => ({ name, state: "retired" as const, keyIds: [] })),
    ];
  }

  private status(key: RotatingKey): KeyStatus {
    const { name, keyIds = [], signedUntil } = key;
    const isPublished = this.isPublished(key);
    const publishedSince = isPublished === true ? this.publishedSince(key) : undefined;
    const drainedAt = this.drainedAt(key);
    return {
      name,
      state: this.state(key),
      keyIds,
      ...(isPublished !== undefined && { isPublished }),
      ...(publishedSince !== undefined && { publishedSince }),
      ...(signedUntil !== undefined && { signedUntil }),
      ...(drainedAt !== undefined && { drainedAt }),
    };
  }

  /** Tokens say what signs; without any, the configuration does. */
  private state(key: RotatingKey): KeyState {
    const { signingKey } = this.props;
    const seen = this.signers();
    const signs = seen === undefined ? key.name === signingKey : seen.has(key.name);
    if (signs) return "signing";
    if (this.former.some(({ name }) => name === key.name)) return "draining";
    return this.accepted(key).result === "passed" ? "accepted" : "staged";
  }

  /** The names of keys that sign, by fresh tokens; undefined without any of a known key. */
  private signers(): ReadonlySet<string> | undefined {
    const { keys } = this.props;
    const fresh = this.tokens.filter((token) => this.isFresh(token));
    const names = keys.filter(({ keyIds = [] }) =>
      fresh.some(({ keyId }) => keyIds.includes(keyId)),
    );
    return names.length === 0 ? undefined : new Set(names.map(({ name }) => name));
  }

  private isFresh({ issuedAt }: ReadToken): boolean {
    const age = (this.props.now.getTime() - issuedAt.getTime()) / 1000;
    return age >= -clockSeconds && age <= freshSeconds;
  }

  private isPublished({ keyIds = [] }: RotatingKey): boolean | undefined {
    if ("unknown" in this.jwks || keyIds.length === 0) return undefined;
    const published = this.jwks.keyIds;
    return keyIds.every((kid) => published.includes(kid));
  }

  private publishedSince(key: RotatingKey): Date | undefined {
    if (key.name === this.to && this.props.publishedSince !== undefined) {
      return this.props.publishedSince;
    }
    return "unknown" in this.jwks ? undefined : this.jwks.unchangedSince;
  }

  private drainedAt({ signedUntil }: RotatingKey): Date | undefined {
    return signedUntil === undefined ? undefined : addSeconds(signedUntil, this.lifetime);
  }

  /** The steps that are left. */
  steps(): Step[] {
    const { keys, signingKey, apiServer } = this.props;
    const target = keys.find(({ name }) => name === this.to);
    const former =
      signingKey === this.to
        ? this.former
        : [...this.former, ...keys.filter(({ name }) => name === signingKey)];
    const isPromoted = signingKey === this.to;
    const accept =
      isPromoted || apiServer.keys === "one" || this.accepted(target).result === "passed"
        ? []
        : [this.accept(target)];
    return [
      ...(target === undefined ? [this.stage()] : []),
      ...accept,
      ...(isPromoted ? [] : [this.promote(target)]),
      ...former
        .filter(({ signedUntil }) => signedUntil === undefined)
        .map((key) => this.drain(key)),
      ...former.map((key) => this.retire(key)),
    ];
  }

  private stage(): Step {
    const { retiredKeys, apiServer } = this.props;
    return {
      step: "stage",
      subject: this.to,
      what: `${this.to} is published beside the key that signs.`,
      reason: `AWS refuses a token whose key it has not read yet, so the key is published before anything is signed with it.`,
      checks: [
        this.keyChangeable(),
        retiredKeys.includes(this.to)
          ? {
              name: "name-free",
              result: "failed",
              what: `${this.to} is among retiredKeys: a key of that name has been published before.`,
              remedy: "choose another name with --to",
            }
          : { name: "name-free", result: "passed", what: `No key has had the name ${this.to}.` },
      ],
      edit: { edit: "add-key", key: this.to },
      ...(apiServer.keys === "several" && {
        apiServer: "Nothing changes: it neither accepts the key nor signs with it yet.",
      }),
    };
  }

  private keyChangeable(): Check {
    const { takesKey, what } = this.props.apiServer;
    return takesKey
      ? {
          name: "key-changeable",
          result: "passed",
          what: "The cluster's configuration can name another signing key.",
        }
      : {
          name: "key-changeable",
          result: "failed",
          what,
          remedy: "make a new cluster beside this one, or stay with the key",
        };
  }

  private accept(target: RotatingKey | undefined): Step {
    const { apiServer } = this.props;
    return {
      step: "accept",
      subject: this.to,
      what: `Every API server accepts tokens of ${this.to}; none signs with it yet.`,
      reason:
        "With several control-plane nodes, the first one that signs with the new key makes tokens that the others refuse. So all accept it first.",
      apiServer: apiServer.what,
      checks: [this.published(target)],
    };
  }

  private promote(target: RotatingKey | undefined): Step {
    const { apiServer, signingKey } = this.props;
    const isOne = apiServer.keys === "one";
    const published = this.published(target);
    const checks = [
      this.keyChangeable(),
      published,
      this.cachesExpired(target, published),
      isOne ? this.windowAccepted() : this.accepted(target),
    ];
    return {
      step: "promote",
      subject: this.to,
      what: `${this.to} signs new tokens; ${signingKey} stays published${isOne ? "" : " and accepted"}.`,
      reason: `Tokens of ${signingKey} are in use until they expire, and AWS may read the JWKS from a cache for an hour.`,
      apiServer: apiServer.what,
      ...(isOne && {
        window:
          "The Kubernetes API refuses the tokens that pods have until the kubelet renews them, up to 50 minutes later, or the pods are restarted: network plug-in and DNS first. AWS accepts the tokens of both keys.",
      }),
      checks,
      ...timed(latest(checks)),
      edit: { edit: "sign-with", key: this.to },
    };
  }

  private drain(key: RotatingKey): Step {
    const check = this.signs();
    const time = this.lastSigned();
    return {
      step: "drain",
      subject: key.name,
      what: `It is recorded when ${key.name} has signed last; its tokens expire${this.lifetimeText()}.`,
      reason: `As long as one token of ${key.name} is valid, AWS needs its public half.`,
      apiServer:
        "Nothing changes. Pods that read their token once, at their start, are restarted; tokens in Secrets, which have no end, are made anew.",
      checks: [check],
      ...(time !== undefined && {
        edit: { edit: "record-signed-until" as const, key: key.name, time },
      }),
    };
  }

  private retire(key: RotatingKey): Step {
    const checks = [
      ...this.drained(key),
      this.unused(key),
      this.published(this.props.keys.find(({ name }) => name === this.to)),
    ];
    return {
      step: "retire",
      subject: key.name,
      what: `${key.name} is no longer published, and Terraform deletes it where it has made it.`,
      reason: `Every token of ${key.name} has expired by then. Whoever has its private half can no longer make any.`,
      apiServer: "It need not accept the key any more.",
      checks,
      ...timed(latest(checks)),
      edit: { edit: "retire-key", key: key.name },
    };
  }

  private published(target: RotatingKey | undefined): Check {
    const name = "published";
    const { jwks } = this;
    if (target === undefined) {
      return { name, result: "unknown", what: `${this.to} is not in the configuration yet.` };
    }
    if (target.keyIds === undefined || target.keyIds.length === 0) {
      return {
        name,
        result: "unknown",
        what: `The kid of ${target.name} is not known: Terraform says it when the stack is applied.`,
        remedy: "apply the stack",
      };
    }
    if ("unknown" in jwks) {
      return {
        name,
        result: "unknown",
        what: `Whether ${target.name} is published is not known: ${jwks.unknown}.`,
        remedy: "give the published JWKS with its headers (--jwks)",
      };
    }
    return this.isPublished(target) === true
      ? { name, result: "passed", what: `The JWKS contains ${target.name}.` }
      : {
          name,
          result: "failed",
          what: `The JWKS does not contain ${target.name} (kid ${target.keyIds.join(", ")}).`,
          remedy: "apply the stack, and publish the documents if you do that yourself",
        };
  }

  private cachesExpired(target: RotatingKey | undefined, published: Check): Check {
    const name = "caches-expired";
    if (target === undefined || published.result !== "passed") {
      return {
        name,
        result: "unknown",
        what: "An hour after the key is published, no cache of the JWKS is without it.",
      };
    }
    const since = this.publishedSince(target);
    if (since === undefined) {
      return {
        name,
        result: "unknown",
        what: "Since when the key is published is not known: the JWKS came without Last-Modified.",
        remedy: "give the JWKS with its headers (--jwks), or state the time (--published-since)",
      };
    }
    const at = addSeconds(since, cacheSeconds);
    return at.getTime() <= this.props.now.getTime()
      ? {
          name,
          result: "passed",
          what: `The key has been published since ${isoTime(since)}, for an hour or more.`,
        }
      : {
          name,
          result: "waiting",
          what: `The JWKS has been as it is since ${isoTime(since)}: caches may be without the key until ${isoTime(at)}.`,
          at,
        };
  }

  private accepted(target: RotatingKey | undefined): Check {
    const name = "accepted";
    const { evidence, apiServer } = this.props;
    const servers = evidence.apiServers ?? [];
    const { keyIds = [] } = target ?? {};
    const of = target?.name ?? this.to;
    if (servers.length === 0 || keyIds.length === 0) {
      return {
        name,
        result: "unknown",
        what: `Whether every API server accepts ${of} is not known.${apiServer.keys === "unknown" ? ` ${apiServer.what}` : ""}`,
        remedy: "give the JWKS of each API server (--api-server-jwks)",
      };
    }
    const answers = servers.map(({ endpoint, jwks }) => ({
      endpoint,
      keyIds: "value" in jwks ? keyIdsOf(jwks.value) : undefined,
    }));
    const silent = answers.filter((answer) => answer.keyIds === undefined);
    const without = answers.filter((answer) =>
      keyIds.some((kid) => answer.keyIds?.includes(kid) === false),
    );
    if (without.length > 0) {
      return {
        name,
        result: "failed",
        what: `${names(without)} does not accept ${of}.`,
        remedy: "let every API server accept the key first",
      };
    }
    return silent.length > 0
      ? { name, result: "unknown", what: `${names(silent)} has no JWKS.`, remedy: "ask it again" }
      : {
          name,
          result: "passed",
          what: `Every API server that was asked accepts ${of} (${servers.length}).`,
        };
  }

  private windowAccepted(): Check {
    const { hardCut = false, apiServer } = this.props;
    return hardCut
      ? { name: "accepted", result: "passed", what: "A window is accepted (--hard-cut)." }
      : {
          name: "accepted",
          result: "failed",
          what: `The API server cannot accept both keys. ${apiServer.what}`,
          remedy: "plan a window and go on with --hard-cut",
        };
  }

  /** Whether the new key signs, on every API server that a token is from. */
  private signs(): Check {
    const name = "signs";
    const { keys, signingKey } = this.props;
    if (signingKey !== this.to) {
      return { name, result: "unknown", what: `${this.to} does not sign yet.` };
    }
    const { keyIds = [] } = keys.find((key) => key.name === this.to) ?? {};
    if (this.tokens.length === 0 || keyIds.length === 0) {
      return {
        name,
        result: "unknown",
        what: `Whether the cluster signs with ${this.to} is not known.`,
        remedy: "give a fresh token of each API server (--token)",
      };
    }
    const others = this.tokens.filter(({ keyId }) => !keyIds.includes(keyId));
    const [other] = others;
    if (other !== undefined) {
      return {
        name,
        result: "failed",
        what: `A token of ${isoTime(other.issuedAt)} is signed with ${this.nameOf(other.keyId)}, not with ${this.to}.`,
        remedy: "configure every control-plane node with the new key",
      };
    }
    if (
      this.tokens.some(
        ({ issuedAt }) => issuedAt.getTime() > this.props.now.getTime() + clockSeconds * 1000,
      )
    ) {
      return { name, result: "failed", what: "A token is from the future: set the clocks right." };
    }
    return {
      name,
      result: "passed",
      what: `Every token that was given is signed with ${this.to} (${this.tokens.length}).`,
    };
  }

  /** The time since which the tokens prove that the new key signs; the last server decides. */
  private lastSigned(): Date | undefined {
    if (this.signs().result !== "passed") return undefined;
    return new Date(Math.max(...this.tokens.map(({ issuedAt }) => issuedAt.getTime())));
  }

  private drained(key: RotatingKey): Check[] {
    const { now } = this.props;
    const at = this.drainedAt(key);
    if (key.signedUntil === undefined || at === undefined) {
      return [
        {
          name: "signed-until",
          result: "unknown",
          what: `When ${key.name} has signed last is not recorded.`,
          remedy: `take the step drain, or write signedUntil for the key ${key.name} yourself`,
        },
      ];
    }
    const until = isoTime(key.signedUntil);
    return [
      {
        name: "signed-until",
        result: "passed",
        what: `${key.name} has signed nothing since ${until}.`,
      },
      at.getTime() <= now.getTime()
        ? {
            name: "drained",
            result: "passed",
            what: `Its last token has expired by ${isoTime(at)}.`,
          }
        : {
            name: "drained",
            result: "waiting",
            what: `Its last token may be valid until ${isoTime(at)}.`,
            at,
          },
    ];
  }

  private unused(key: RotatingKey): Check {
    const name = "unused";
    const { keyIds, signedUntil } = key;
    const later = this.tokens.filter(
      (token) =>
        keyIds?.includes(token.keyId) === true &&
        (signedUntil === undefined || token.issuedAt.getTime() > signedUntil.getTime()),
    );
    const [used] = later;
    if (used !== undefined) {
      return {
        name,
        result: "failed",
        what: `A token of ${isoTime(used.issuedAt)} is signed with ${key.name}: the key is in use.`,
        remedy: "configure every control-plane node with the new key, and correct signedUntil",
      };
    }
    const fresh = this.tokens.filter((token) => this.isFresh(token));
    return fresh.length === 0 || keyIds === undefined
      ? {
          name,
          result: "unknown",
          what: `Whether a fresh token is signed with ${key.name} is not known.`,
          remedy: "give a fresh token of each API server (--token)",
        }
      : {
          name,
          result: "passed",
          what: `No fresh token is signed with ${key.name} (${fresh.length} looked at).`,
        };
  }

  private nameOf(keyId: string): string {
    const key = this.props.keys.find(({ keyIds = [] }) => keyIds.includes(keyId));
    return key?.name ?? `a key that is not published (kid ${keyId})`;
  }

  private lifetimeText(): string {
    return ` within ${formatSeconds(this.lifetime)}`;
  }
}

function timed(notBefore: Date | undefined): { notBefore?: Date } {
  return notBefore === undefined ? {} : { notBefore };
}

function names(servers: readonly { readonly endpoint: string }[]): string {
  return servers.map(({ endpoint }) => endpoint).join(", ");
}

function addSeconds(time: Date, seconds: number): Date {
  return new Date(time.getTime() + seconds * 1000);
}

/** To the second, in UTC. */
export function isoTime(time: Date): string {
  return time.toISOString().replace(/\.\d{3}Z$/, "Z");
}

function formatSeconds(seconds: number): string {
  return seconds % 3600 === 0 ? `${seconds / 3600} hours` : `${Math.ceil(seconds / 60)} minutes`;
}
