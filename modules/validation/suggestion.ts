import { closest, distance } from "fastest-levenshtein";

/**
 * The known name that somebody meant, where one is near: another case, the beginning of it or a longer
 * form, or a slip of the fingers.
 */
export function nearestName(name: string, known: readonly string[]): string | undefined {
  const given = name.toLowerCase();
  if (given.length < 3 || known.length === 0) return undefined;
  const byLowerCase = new Map(known.map((each) => [each.toLowerCase(), each]));
  const candidates = [...byLowerCase.keys()];
  const nearest = closest(given, candidates);
  const extended = candidates.find(
    (each) => each.length >= 4 && (each.startsWith(given) || given.startsWith(each)),
  );
  const isNear = distance(given, nearest) <= Math.min(3, Math.floor(given.length / 3));
  const meant = isNear ? nearest : extended;
  return meant === undefined ? undefined : byLowerCase.get(meant);
}
