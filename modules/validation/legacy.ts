import { Token } from "cdktf/lib/tokens";
import { formatValue } from "./format-value";
import type { NameRule } from "./name-rule";

/** Sentences instead of violations: to be gone with the last caller. */
export function violations(what: string, value: string, rules: readonly NameRule[]): string[] {
  if (Token.isUnresolved(value)) return [];
  return rules
    .filter(({ pattern, forbidden = false }) => new RegExp(pattern, "u").test(value) === forbidden)
    .map(({ must }) => `${what} must ${must}, got: ${formatValue(value)}`);
}

export const shown = formatValue;

export function isPresentable(text: string): boolean {
  return text.length <= 80 && !/KEY-----|[A-Za-z0-9+/]{60}/.test(text);
}
