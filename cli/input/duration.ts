import { formatValue } from "../../modules/validation";
import type { Mistakes } from "./mistakes";

const unitSeconds: Readonly<Record<string, number>> = { m: 60, h: 3600, d: 86_400 };

/** Bounds of a duration, as texts of the same form. */
export interface DurationBounds {
  readonly least: string;
  readonly greatest: string;
}

/**
 * The seconds of a duration such as `30m`, `24h` or `7d`.
 *
 * @param option how the mistake names it
 */
export function readDuration(
  option: string,
  text: string,
  { least, greatest }: DurationBounds,
  mistakes: Mistakes,
): number {
  const value = secondsOf(text);
  if (value < secondsOf(least) || value > secondsOf(greatest)) {
    mistakes.add(
      `${option} must be minutes, hours or days from ${least} to ${greatest}, such as 24h, got ${formatValue(text)}`,
    );
  }
  return value;
}

/** 0 for another form. */
function secondsOf(text: string): number {
  const [, amount = "", unit = ""] = /^(\d{1,6})([mhd])$/.exec(text) ?? [];
  return Number(amount) * (unitSeconds[unit] ?? 0);
}

/**
 * The longest that a token lives, as `--token-lifetime` says it.
 *
 * @returns seconds
 */
export function readTokenLifetime(text = "24h", mistakes: Mistakes): number {
  return readDuration("--token-lifetime", text, { least: "10m", greatest: "365d" }, mistakes);
}
