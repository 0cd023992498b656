import { isCancel, select, text } from "@clack/prompts";
import type { Host } from "../io/host";
import { UsageError } from "../io/usage-error";
import { answerFaults } from "./answers";
import type { InitAnswers, Question } from "./init-questions";

/**
 * Asks each question that no flag has answered, on standard error.
 *
 * @throws {UsageError} the user cancels
 */
export async function askQuestions(
  questions: readonly Question[],
  given: InitAnswers,
  { io }: Host,
): Promise<InitAnswers> {
  let answers = given;
  for (const question of questions) {
    if (answers[question.property] !== undefined || question.applies?.(answers) === false) continue;
    const { choices, otherwise, message } = question;
    const isOptional = question.isOptional?.(answers) === true;
    const streams = { input: io.stdin, output: io.stderr };
    const answer = await (choices === undefined
      ? text({
          ...streams,
          message: isOptional ? `${message} (optional)` : message,
          placeholder: otherwise,
          defaultValue: otherwise ?? "",
          validate: (value = "") =>
            answerFaults(question, value === "" ? (otherwise ?? "") : value, answers)[0],
        })
      : select({
          ...streams,
          message,
          initialValue: otherwise,
          options: choices.map((value) => ({ value })),
        }));
    if (isCancel(answer)) throw new UsageError("cancelled: nothing was written");
    answers = { ...answers, [question.property]: answer };
  }
  return answers;
}
