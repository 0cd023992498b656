import { checkText, formatValue } from "../../modules/validation";
import type { InitAnswers, Question } from "./init-questions";

/**
 * What is wrong with an answer: sentences without a subject, such as "must be a region".
 *
 * @param answers those to earlier questions
 */
export function answerFaults(
  { choices, rules = [], isOptional }: Question,
  answer: string,
  answers: InitAnswers,
): readonly string[] {
  if (answer === "") return isOptional?.(answers) === true ? [] : ["is required"];
  if (choices !== undefined && !choices.includes(answer)) {
    return [`must be one of ${choices.join(", ")}, got ${formatValue(answer)}`];
  }
  return checkText([], answer, rules).map(({ rule }) => `${rule}, got ${formatValue(answer)}`);
}
