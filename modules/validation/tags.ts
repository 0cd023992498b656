import { Token } from "cdktf/lib/tokens";
import { maxTags, tagKeyRules, tagValueRules } from "./rules";
import { checkText, type Path, type Violation } from "./violation";

/**
 * Checks tags: how many, their keys and their values, as every AWS service accepts them.
 *
 * @returns violations at `[...path, KEY]`, about the key or about its value
 */
export function checkTags(
  path: Path,
  tags: Readonly<Record<string, string>> | undefined,
): Violation[] {
  if (tags === undefined || Token.isUnresolved(tags)) return [];
  const entries = Object.entries(tags);
  return [
    ...(entries.length > maxTags
      ? [{ path, rule: `must have at most ${maxTags} entries`, given: entries.length }]
      : []),
    ...entries.flatMap(([key, value]) => [
      ...checkText([...path, key], key, tagKeyRules).map(({ rule }) => ({
        path: [...path, key],
        rule: `as a key ${rule}`,
        isAboutKey: true,
      })),
      ...checkText([...path, key], value, tagValueRules),
    ]),
  ];
}
