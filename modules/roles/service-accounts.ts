import { Fn, Token } from "cdktf";
import { hasWildcard } from "../iam/wildcard";
import {
  checkText,
  checkUnique,
  everyServiceAccountRule,
  type Path,
  serviceAccountEntryRules,
  type Violation,
} from "../validation";

/** ServiceAccounts as a trust policy names them. */
export interface Subjects {
  /** Compared as they are, `StringEquals`. */
  readonly exact: readonly string[];
  /** Compared with wildcards, `StringLike`. */
  readonly wildcard: readonly string[];
}

/** Whether annotations or the webhook's map can have an entry: without wildcards, or `*` for every namespace. */
export function isMappable(entry: string): boolean {
  return entry.includes("/") && !hasWildcard(entry.replace(/^[*][/]/, ""));
}

/**
 * The `sub` claims of ServiceAccounts. An entry with a wildcard is kept apart: under `StringEquals` it
 * would never match, and under `StringLike` the exact ones do not belong.
 *
 * @param entries `NAMESPACE/NAME`, in either part `*` and `?`
 * @see {@link https://kubernetes.io/docs/reference/access-authn-authz/service-accounts-admin/ Managing Service Accounts}
 */
export function subjects(entries: readonly string[]): Subjects {
  return {
    exact: entries.filter((entry) => !hasWildcard(entry)).map(subject),
    wildcard: entries.filter(hasWildcard).map(subject),
  };
}

function subject(entry: string): string {
  const names = isOneToken(entry) ? Fn.replace(entry, "/", ":") : entry.replace("/", ":");
  return `system:serviceaccount:${names}`;
}

/**
 * Checks a list of ServiceAccounts.
 *
 * @param anyServiceAccount an entry may stand for every ServiceAccount of the cluster
 */
export function checkServiceAccounts(
  path: Path,
  entries: readonly string[],
  anyServiceAccount: boolean,
): Violation[] {
  if (Token.isUnresolved(entries)) {
    return [
      { path, rule: "must be a list that is known at synthesis; its entries may be unknown" },
    ];
  }
  if (entries.length === 0) return [{ path, rule: "must have at least one entry", given: entries }];
  return [
    ...entries.flatMap((entry, index) => checkEntry([...path, index], entry, anyServiceAccount)),
    ...checkUnique(path, entries),
  ];
}

function checkEntry(path: Path, entry: string, anyServiceAccount: boolean): Violation[] {
  if (isOneToken(entry)) return [];
  // What a token stands for is not known, and what is around it is.
  const known = entry.replace(/\$\{TfToken\[[^\]]*\]\}/g, "x");
  const [form, ...rest] = serviceAccountEntryRules;
  const malformed = form === undefined ? [] : checkText(path, known, [form]);
  const violations =
    malformed.length > 0
      ? malformed
      : checkText(path, known, anyServiceAccount ? rest : [...rest, everyServiceAccountRule]);
  return violations.map((violation) => ({ ...violation, given: entry }));
}

/** CDKTF does not escape a string with tokens in it as a function's argument, so one token it must be. */
function isOneToken(entry: string): boolean {
  return Token.isUnresolved(entry) && /^[^}]*[}]$/.test(entry) && entry.startsWith("${");
}
