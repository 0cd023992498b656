import type { ApiServerTraits } from "./api-server";
import { isoTime } from "./times";

/** A part of a change, in the order in which they are safe. */
type StepName = "stage" | "accept" | "promote" | "drain" | "retire";

/**
 * Whether something that a step needs is so: `unknown` where nothing was looked at that says it, which is
 * not good enough for a step.
 */
export type CheckResult = "passed" | "failed" | "waiting" | "unknown";

/** Something that must be so before a step. */
export interface Check {
  /** Stable across releases. */
  readonly name: CheckName;
  readonly result: CheckResult;
  /** One sentence: what is so, or what is not. */
  readonly what: string;
  /** What to do about it. @default - nothing, or to wait */
  readonly remedy?: string;
  /** When it will be so; only for `waiting`. */
  readonly at?: Date;
}

type CheckName =
  | "name-free"
  | "key-changeable"
  | "trusted"
  | "roles"
  | "published"
  | "caches-expired"
  | "accepted"
  | "signs"
  | "signed-until"
  | "drained"
  | "unused";

/** What becomes of a cluster's keys by a step; data, which the surface writes. */
export type KeyEdit =
  /** A new key is published last, and everything else stays. */
  | { readonly edit: "add-key"; readonly key: string }
  /** Another key signs, and has no recorded end any more. */
  | { readonly edit: "sign-with"; readonly key: string }
  /** It is recorded when a key has signed last. */
  | { readonly edit: "record-signed-until"; readonly key: string; readonly time: Date }
  /** A key is no longer published, and may be dropped. */
  | { readonly edit: "retire-key"; readonly key: string };

/** What becomes of a cluster's issuers by a step. */
export type IssuerEdit =
  /** A new issuer is published and trusted beside the one that signs. */
  | { readonly edit: "add-issuer"; readonly issuer: string }
  /** The cluster is to sign as another issuer; the one until now is a previous one. */
  | { readonly edit: "sign-as"; readonly issuer: string }
  /** It is recorded when the cluster has signed as an issuer last. */
  | { readonly edit: "record-issuer-until"; readonly issuer: string; readonly time: Date }
  /** An issuer is no longer published and trusted, and may be destroyed. */
  | { readonly edit: "retire-issuer"; readonly issuer: string };

/** A step of a plan. */
export interface Step<Edit = KeyEdit | IssuerEdit> {
  readonly step: StepName;
  /** The key or issuer that it is about. */
  readonly subject: string;
  /** One sentence: what the step does. */
  readonly what: string;
  /** Why it is there, and why not earlier. */
  readonly reason: string;
  /** What it does to the API servers. @default - nothing */
  readonly apiServer?: string;
  /** Requests that fail meanwhile, where the platform knows no better way. @default - none */
  readonly window?: string;
  readonly checks: readonly Check[];
  /** The earliest time. @default - at once, or not known yet */
  readonly notBefore?: Date;
  /** @default - nothing: the step is done in the cluster */
  readonly edit?: Edit;
}

/** Whether every check of a step has passed. */
export function isReady({ checks }: Pick<Step, "checks">): boolean {
  return checks.every(({ result }) => result === "passed");
}

/** The latest time of checks that wait. */
export function latest(checks: readonly Check[]): Date | undefined {
  const times = checks.flatMap(({ at }) => (at === undefined ? [] : [at.getTime()]));
  return times.length === 0 ? undefined : new Date(Math.max(...times));
}

/** How a record of the last signature is spoken of. */
interface DrainSentences {
  readonly unrecorded: string;
  readonly remedy: string;
  /** Goes before the time. */
  readonly recorded: string;
}

/**
 * Whether every token of a key or an issuer has expired.
 *
 * @param signedUntil as recorded
 * @param at when the last token has expired
 */
export function drainChecks(
  signedUntil: Date | undefined,
  at: Date | undefined,
  now: Date,
  { unrecorded, remedy, recorded }: DrainSentences,
): Check[] {
  if (signedUntil === undefined || at === undefined) {
    return [{ name: "signed-until", result: "unknown", what: unrecorded, remedy }];
  }
  const isOver = at.getTime() <= now.getTime();
  return [
    { name: "signed-until", result: "passed", what: `${recorded} ${isoTime(signedUntil)}.` },
    isOver
      ? { name: "drained", result: "passed", what: `Its last token has expired by ${isoTime(at)}.` }
      : {
          name: "drained",
          result: "waiting",
          what: `Its last token may be valid until ${isoTime(at)}.`,
          at,
        },
  ];
}

/** Whether a window is accepted, where the API server takes one key or one issuer. */
export function windowCheck(
  hardCut: boolean,
  both: "keys" | "issuers",
  { what }: ApiServerTraits,
): Check {
  return hardCut
    ? { name: "accepted", result: "passed", what: "A window is accepted (--hard-cut)." }
    : {
        name: "accepted",
        result: "failed",
        what: `The API server cannot accept both ${both}. ${what}`,
        remedy: "plan a window and go on with --hard-cut",
      };
}
