import type { Finding, Severity } from "../validation";
import type { Link } from "./diagnosis";
import type { Facts } from "./facts";

/** Something that can be wrong with a link of the chain, apart from the values it is wrong in. */
export interface DiagnosisRule {
  /** Stable across releases. */
  readonly code: string;
  readonly link: Link;
  /** @default "error" */
  readonly severity?: Severity;
  /** What the finding means, in one sentence. */
  readonly means: string;
  /** What to do, for everybody; `find` says it with the cluster's own values. */
  readonly remedy: string;
  /**
   * What AWS STS answers in this case.
   * @default - STS never sees it, or answers nothing in particular
   */
  readonly answer?: string;
  /** Where it is documented: URLs. */
  readonly sources: readonly string[];
  /**
   * Codes of rules, earlier in the order, whose findings explain this one: after an error of one of them
   * the rule is silent.
   * @default - none
   */
  readonly consequenceOf?: readonly string[] | "every error";
  /** What is wrong in the evidence; nothing where that cannot be seen. */
  readonly find: (facts: Facts) => readonly Occurrence[];
}

/** A finding of a rule with its values. */
export interface Occurrence extends Pick<Finding, "actual" | "expected" | "what"> {
  /** @default - the rule's */
  readonly remedy?: string;
}

/** An occurrence if a condition holds. */
export function when(
  condition: boolean,
  occurrence: Occurrence | (() => Occurrence),
): Occurrence[] {
  if (!condition) return [];
  return [typeof occurrence === "function" ? occurrence() : occurrence];
}
