import { KeyChecks } from "./key-checks";
import { KeyFacts, type KeyRotationProps, type RotatingKey } from "./key-facts";
import { type KeyEdit, latest, type Step } from "./step";
import { formatSeconds } from "./times";

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
  /** The key to sign with. */
  readonly to: string;
  readonly keys: readonly KeyStatus[];
  /** Steps that are left, the next one first. */
  readonly steps: readonly Step<KeyEdit>[];
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
  const facts = new KeyFacts(props);
  const rotation = new KeyRotation(facts, new KeyChecks(facts));
  return { to: facts.to, keys: rotation.statuses(), steps: rotation.steps() };
}

/** The states of the keys, and the steps that are left. */
class KeyRotation {
  constructor(
    private readonly facts: KeyFacts,
    private readonly checks: KeyChecks,
  ) {}

  statuses(): KeyStatus[] {
    const { keys, retiredKeys } = this.facts.props;
    return [
      ...keys.map((key) => this.status(key)),
      ...retiredKeys.map((name) => ({ name, state: "retired" as const, keyIds: [] })),
    ];
  }

  private status(key: RotatingKey): KeyStatus {
    const { name, keyIds = [], signedUntil } = key;
    const isPublished = this.facts.isPublished(key);
    const publishedSince = isPublished === true ? this.facts.publishedSince(key) : undefined;
    const drainedAt = this.facts.drainedAt(key);
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
    const { signingKey } = this.facts.props;
    const seen = this.facts.signers();
    const signs = seen === undefined ? key.name === signingKey : seen.has(key.name);
    if (signs) return "signing";
    if (this.facts.former.some(({ name }) => name === key.name)) return "draining";
    return this.checks.accepted(key).result === "passed" ? "accepted" : "staged";
  }

  /** The steps that are left. */
  steps(): Step<KeyEdit>[] {
    const { keys, signingKey, apiServer } = this.facts.props;
    const target = keys.find(({ name }) => name === this.facts.to);
    const former =
      signingKey === this.facts.to
        ? this.facts.former
        : [...this.facts.former, ...keys.filter(({ name }) => name === signingKey)];
    const isPromoted = signingKey === this.facts.to;
    const accept =
      isPromoted || apiServer.keys === "one" || this.checks.accepted(target).result === "passed"
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

  private stage(): Step<KeyEdit> {
    const { apiServer } = this.facts.props;
    return {
      step: "stage",
      subject: this.facts.to,
      what: `${this.facts.to} is published beside the key that signs.`,
      reason: `AWS refuses a token whose key it has not read yet, so the key is published before anything is signed with it.`,
      checks: [this.checks.keyChangeable(), this.checks.nameFree()],
      edit: { edit: "add-key", key: this.facts.to },
      ...(apiServer.keys === "several" && {
        apiServer: "Nothing changes: it neither accepts the key nor signs with it yet.",
      }),
    };
  }

  private accept(target: RotatingKey | undefined): Step<KeyEdit> {
    const { apiServer } = this.facts.props;
    const seen = this.checks.accepted(target);
    const missing = seen.result === "failed" ? ` ${seen.what}` : "";
    return {
      step: "accept",
      subject: this.facts.to,
      what: `Every API server accepts tokens of ${this.facts.to}; none signs with it yet.${missing}`,
      reason:
        "With several control-plane nodes, the first one that signs with the new key makes tokens that the others refuse. So all accept it first.",
      apiServer: apiServer.what,
      checks: [this.checks.published(target)],
    };
  }

  private promote(target: RotatingKey | undefined): Step<KeyEdit> {
    const { apiServer, signingKey } = this.facts.props;
    const isOne = apiServer.keys === "one";
    const published = this.checks.published(target);
    const checks = [
      this.checks.keyChangeable(),
      published,
      this.checks.cachesExpired(target, published),
      isOne ? this.checks.windowAccepted() : this.checks.accepted(target),
    ];
    return {
      step: "promote",
      subject: this.facts.to,
      what: `${this.facts.to} signs new tokens; ${signingKey} stays published${isOne ? "" : " and accepted"}.`,
      reason: `Tokens of ${signingKey} are in use until they expire, and AWS may read the JWKS from a cache for an hour.`,
      apiServer: apiServer.what,
      ...(isOne && {
        window:
          "The Kubernetes API refuses the tokens that pods have until the kubelet renews them, up to 50 minutes later, or the pods are restarted: network plug-in and DNS first. AWS accepts the tokens of both keys.",
      }),
      checks,
      ...timed(latest(checks)),
      edit: { edit: "sign-with", key: this.facts.to },
    };
  }

  private drain(key: RotatingKey): Step<KeyEdit> {
    const check = this.checks.signs();
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

  private retire(key: RotatingKey): Step<KeyEdit> {
    const checks = [
      ...this.checks.drained(key),
      this.checks.unused(key),
      this.checks.published(this.facts.props.keys.find(({ name }) => name === this.facts.to)),
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

  /** The time since which the tokens prove that the new key signs; the last server decides. */
  private lastSigned(): Date | undefined {
    if (this.checks.signs().result !== "passed") return undefined;
    return new Date(Math.max(...this.facts.tokens.map(({ issuedAt }) => issuedAt.getTime())));
  }

  private lifetimeText(): string {
    return ` within ${formatSeconds(this.facts.lifetime)}`;
  }
}

function timed(notBefore: Date | undefined): { notBefore?: Date } {
  return notBefore === undefined ? {} : { notBefore };
}
