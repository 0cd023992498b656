/**
 * Whether a string matches a pattern as IAM matches: `*` stands for any characters or none, `?` for any
 * one, everything else for itself; there are no brackets and no escapes. Upper and lower case differ.
 *
 * @see {@link https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_String String condition operators}
 */
export function matchesWildcard(text: string, pattern: string): boolean {
  let position = 0;
  let afterStar = -1;
  let resume = 0;
  let index = 0;
  while (position < text.length) {
    if (pattern[index] === "*") {
      afterStar = ++index;
      resume = position;
    } else if (
      index < pattern.length &&
      (pattern[index] === "?" || pattern[index] === text[position])
    ) {
      index++;
      position++;
    } else if (afterStar !== -1) {
      index = afterStar;
      position = ++resume;
    } else {
      return false;
    }
  }
  return /^[*]*$/.test(pattern.slice(index));
}

/** Whether a pattern has a wildcard, and so stands for more than itself. */
export function hasWildcard(pattern: string): boolean {
  return /[*?]/.test(pattern);
}
