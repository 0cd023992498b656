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
  | "published"
  | "caches-expired"
  | "accepted"
  | "signs"
  | "signed-until"
  | "drained"
  | "unused";

/** What becomes of the configuration by a step; data, which the surface writes. */
export type Edit =
  /** A new key is published last, and everything else stays. */
  | { readonly edit: "add-key"; readonly key: string }
  /** Another key signs, and has no recorded end any more. */
  | { readonly edit: "sign-with"; readonly key: string }
  /** It is recorded when a key has signed last. */
  | { readonly edit: "record-signed-until"; readonly key: string; readonly time: Date }
  /** A key is no longer published, and may be dropped. */
  | { readonly edit: "retire-key"; readonly key: string };

/** A step of a plan. */
export interface Step {
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
export function isReady({ checks }: Step): boolean {
  return checks.every(({ result }) => result === "passed");
}

/** The latest time of checks that wait. */
export function latest(checks: readonly Check[]): Date | undefined {
  const times = checks.flatMap(({ at }) => (at === undefined ? [] : [at.getTime()]));
  return times.length === 0 ? undefined : new Date(Math.max(...times));
}
