/**
 * What was given, for a message: short, and never anything that may be key material.
 *
 * @returns JSON of a text, a number or the like; of anything else what it is
 */
export function shown(value: unknown): string {
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object" && value !== null) return "a map";
  if (value === undefined) return "nothing";
  if (typeof value !== "string") return `${value as number | boolean | null}`;
  return isPresentable(value) ? JSON.stringify(value) : `a text of ${value.length} characters`;
}

/** Whether a text is short and cannot be key material. */
export function isPresentable(text: string): boolean {
  return text.length <= 80 && !/KEY-----|[A-Za-z0-9+/]{60}/.test(text);
}
