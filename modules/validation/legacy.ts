import { formatValue } from "./format-value";

export const shown = formatValue;

export function isPresentable(text: string): boolean {
  return text.length <= 80 && !/KEY-----|[A-Za-z0-9+/]{60}/.test(text);
}
