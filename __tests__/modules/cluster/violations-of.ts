import { formatViolation, InvalidPropsError } from "../../../modules/validation";

/** What a call is refused with, one sentence for each violation; none when it is not refused. */
export async function violationsOf(call: () => unknown): Promise<readonly string[]> {
  try {
    await call();
    return [];
  } catch (error) {
    if (!(error instanceof InvalidPropsError)) throw error;
    const sentences = error.violations.map((violation) => formatViolation(violation));
    expect(error.message).toBe(sentences.join("\n"));
    return sentences;
  }
}
