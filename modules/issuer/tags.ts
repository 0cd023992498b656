import { Token } from "cdktf";
import { shown } from "../validation";

/** What AWS allows. */
export const maxTags = 50;
const characters = /^[\p{L}\p{Z}\p{N}_.:/=+@-]*$/u;

/**
 * What is wrong with tags, one sentence a broken rule: names and values that every service takes.
 *
 * @see {@link https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html#id_tags_naming_best_practices Tag naming limits and requirements}
 */
export function tagViolations(tags: Readonly<Record<string, string>> | undefined): string[] {
  if (tags === undefined || Token.isUnresolved(tags)) return [];
  const entries = Object.entries(tags);
  return [
    ...(entries.length > maxTags ? [`tags must hold at most ${maxTags} entries`] : []),
    ...entries.flatMap(([name, value]) => [
      ...partViolations("a name", name, 1, 128),
      ...(/^aws:/i.test(name)
        ? [`tags must have no name that begins with aws:, got: ${shown(name)}`]
        : []),
      ...partViolations(`as value of ${shown(name)}`, value, 0, 256),
    ]),
  ];
}

function partViolations(what: string, text: string, min: number, max: number): string[] {
  if (Token.isUnresolved(text)) return [];
  const fits = text.length >= min && text.length <= max && characters.test(text);
  return fits
    ? []
    : [
        `tags must have ${what} ${min} to ${max} letters, digits, blanks and the characters _.:/=+@-, got: ${shown(text)}`,
      ];
}
