import { formatValue } from "./format-value";

/** How much a finding matters: an `error` breaks something, a `warning` may, `info` only tells. */
export type Severity = "error" | "warning" | "info";

/** What a check of something that exists has found: data, rendered once for each surface. */
export interface Finding {
  /** Stable across releases, such as `IRSA-TRUST-AUDIENCE`. */
  readonly code: string;
  readonly severity: Severity;
  /** One sentence: what is wrong, or what is right about it for `info`. */
  readonly what: string;
  /** What was to be found, where that can be said. */
  readonly expected?: string;
  /** What was found instead. */
  readonly actual?: string;
  /** What to do: a sentence, or a command. */
  readonly remedy?: string;
}

/**
 * A finding on lines of its own: `warning: WHAT (CODE)`, then what to do.
 *
 * @example
 * inspectApiServer({ apiAudiences: ["sts.amazonaws.com"] }).map(formatFinding);
 */
export function formatFinding({ code, severity, what, actual, remedy }: Finding): string {
  const given = actual === undefined ? "" : `, got ${formatValue(actual)}`;
  return `${severity}: ${what}${given} (${code})${remedy === undefined ? "" : `\n  ${remedy}`}`;
}
