import { checkText, formatValue } from "../../modules/validation";
import type { Question } from "./init-questions";

/** What is wrong with an answer: sentences without a subject, such as "must be a region". */
export function answerFaults(
  { choices, rules = [], optional }: Question,
  answer: string,
): readonly string[] {
  if (answer === "") return optional === true ? [] : ["is required"];
  if (choices !== undefined && !choices.includes(answer)) {
    return [`must be one of ${choices.join(", ")}, got ${formatValue(answer)}`];
  }
  return checkText([], answer, rules).map(({ rule }) => `${rule}, got ${formatValue(answer)}`);
}
