import { Fn, Token } from "cdktf";
import { violations } from "../validation";
import { namespaceRules, serviceAccountNameRules } from "./names";
import { duplicateViolations } from "./policy-document";

/** ServiceAccounts as a trust policy names them. */
export interface Subjects {
  /** Compared as they are, `StringEquals`. */
  readonly exact: readonly string[];
  /** Compared with wildcards, `StringLike`. */
  readonly wildcard: readonly string[];
}

/** Whether an entry stands for more than one ServiceAccount. */
export function hasWildcard(entry: string): boolean {
  return /[*?]/.test(entry);
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
 * What is wrong with a list of ServiceAccounts.
 *
 * @param anyServiceAccount an entry may stand for every ServiceAccount of the cluster
 * @returns one sentence a broken rule
 */
export function serviceAccountViolations(
  entries: readonly string[],
  anyServiceAccount: boolean,
): string[] {
  if (Token.isUnresolved(entries)) {
    return [
      "serviceAccounts must be a list that is known at synthesis; its entries may be unknown until apply",
    ];
  }
  if (entries.length === 0) return ["serviceAccounts must have at least one entry, got: none"];
  return [
    ...entries.flatMap((entry, index) =>
      entryViolations(`serviceAccounts[${index}]`, entry, anyServiceAccount),
    ),
    ...duplicateViolations("serviceAccounts", entries),
  ];
}

function entryViolations(what: string, entry: string, anyServiceAccount: boolean): string[] {
  const [namespace = "", name = "", ...more] = entry.split("/");
  if (isOneToken(entry)) return [];
  if (!entry.includes("/") || more.length > 0) {
    return [`${what} must be NAMESPACE/NAME, got: ${JSON.stringify(entry)}`];
  }
  if (isEverything(namespace) && isEverything(name) && !anyServiceAccount) {
    return [
      `${what} must not stand for every ServiceAccount of the cluster unless anyServiceAccount is true, got: ${JSON.stringify(entry)}`,
    ];
  }
  return [
    ...violations(`${what} namespace`, namespace, namespaceRules),
    ...violations(`${what} name`, name, serviceAccountNameRules),
  ];
}

/** CDKTF does not escape a text with tokens in it as a function's argument, so one token it must be. */
function isOneToken(entry: string): boolean {
  return Token.isUnresolved(entry) && /^[^}]*[}]$/.test(entry) && entry.startsWith("${");
}

function isEverything(pattern: string): boolean {
  return /^[*?]*[*][*?]*$/.test(pattern);
}
