import { formatViolation, InvalidPropsError, redactKeyMaterial } from "../../modules/validation";
import { flagName } from "../input/flag-name";
import { isMistake } from "../input/mistakes";
import { exitCodes } from "../io/exit-codes";
import type { Host } from "../io/host";
import { presentable } from "../io/presentable";

/**
 * Reports why a command failed: a mistake in full, a bug in one line, with the stack trace if `DEBUG`
 * is set.
 *
 * @returns the exit code
 */
export async function reportError(error: unknown, host: Host): Promise<number> {
  if (error instanceof InvalidPropsError) {
    const sentences = error.violations.map((violation) =>
      formatViolation(violation, (path) => flagName(path)),
    );
    await host.note(sentences.join("\n"));
    return exitCodes.mistake;
  }
  if (isMistake(error)) {
    await host.note(error.message);
    return exitCodes.mistake;
  }
  await host.note(bugReport(error, host));
  return exitCodes.bug;
}

function bugReport(error: unknown, { io }: Host): string {
  const { name, message, stack } = error instanceof Error ? error : new Error(String(error));
  if ((io.env.DEBUG ?? "") !== "" && stack !== undefined) return redactKeyMaterial(stack);
  return `irsa has a bug, please report it with the command: ${name}: ${presentable(message)} (DEBUG=1 shows where)`;
}
