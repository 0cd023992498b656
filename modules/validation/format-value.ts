import { redactKeyMaterial } from "./redact";

/** What fits into a message. */
const maxLength = 120;

/**
 * A value for a message: on one line, short, with control characters escaped and without key material.
 *
 * @returns JSON of a string, a number or the like; of anything else what it is
 */
export function formatValue(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? "an empty list" : "a list";
  if (typeof value === "object" && value !== null) return "a map";
  if (value === undefined) return "nothing";
  if (typeof value !== "string") return `${value as number | boolean | null}`;
  const text = redactKeyMaterial(value);
  const shown = text.length > maxLength ? `${text.slice(0, maxLength)}…` : text;
  return escapeControls(text === value ? JSON.stringify(shown) : shown.trim());
}

/**
 * Text that cannot steer a terminal or forge a line: control characters, line separators and
 * bidirectional marks become `\u{…}`.
 *
 * @see {@link https://www.unicode.org/reports/tr36/#Bidirectional_Text_Spoofing Unicode TR 36}
 */
export function escapeControls(text: string): string {
  return text.replace(
    /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu,
    (character) => `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, "0")}`,
  );
}
