import { Token } from "cdktf";
import { checkText, maxTags, tagKeyRules, tagValueRules, type Violation } from "../validation";

/** What is wrong with tags: one violation for each rule violated, at the tag's own path. */
export function tagViolations(tags: Readonly<Record<string, string>> | undefined): Violation[] {
  if (tags === undefined || Token.isUnresolved(tags)) return [];
  const entries = Object.entries(tags);
  return [
    ...(entries.length > maxTags
      ? [{ path: ["tags"], rule: `must have at most ${maxTags} entries`, given: entries.length }]
      : []),
    ...entries.flatMap(([key, value]) => [
      ...checkText(["tags", key], key, tagKeyRules).map((one) => ({ ...one, isAboutKey: true })),
      ...checkText(["tags", key], value, tagValueRules),
    ]),
  ];
}
