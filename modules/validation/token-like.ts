import type { Path, Violation } from "./violation";

/** The top 16 bits of a number that CDKTF takes for a token, and of one that it takes for a list. */
const numberMarkers = [0xfdff, 0xfbff];

/**
 * Whether CDKTF would take a value of a user's for one of its tokens and resolve it, past every check.
 * No value of a file, a flag or an environment variable may be one.
 *
 * @see {@link https://github.com/hashicorp/terraform-cdk/blob/main/packages/cdktf/lib/tokens/private/encoding.ts cdktf, token encoding}
 */
export function isTokenLike(value: string | number): boolean {
  if (typeof value === "number") return isTokenNumber(value);
  if (/[$#&]\{TfToken\[/.test(value)) return true;
  // CDKTF finds numbers inside strings, too.
  const numbers = value.match(/-[\d.]+e\+?\d{3}/gi) ?? [];
  return numbers.some((number) => isTokenNumber(Number.parseFloat(number)));
}

function isTokenNumber(value: number): boolean {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  return numberMarkers.includes(view.getUint16(0));
}

/** Reports every key, string and number of a value that {@link isTokenLike}, at its own path. */
export function tokenViolations(value: unknown, path: Path = []): Violation[] {
  if (typeof value === "string" || typeof value === "number") {
    const rule = "must not contain a token of CDKTF, such as ${TfToken[…]}";
    return isTokenLike(value) ? [{ path, rule }] : [];
  }
  if (typeof value !== "object" || value === null) return [];
  const members: Iterable<[string | number, unknown]> = Array.isArray(value)
    ? value.entries()
    : Object.entries(value);
  return [...members].flatMap(([name, member]) =>
    isTokenLike(name)
      ? [
          {
            path: [...path, name],
            rule: "must not be named like a token of CDKTF",
            isAboutKey: true,
          },
        ]
      : tokenViolations(member, [...path, name]),
  );
}
