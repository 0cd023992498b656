import { escapeControls, formatValue } from "../../modules/validation";
import { presentable } from "../io/presentable";
import { UsageError } from "../io/usage-error";
import { refuseTokens } from "./tokens";

/**
 * Refuses arguments that no command takes: control characters, which could forge lines of a terminal,
 * and tokens of CDKTF, which would escape every check.
 *
 * @throws {UsageError} with every such argument
 */
export function refuseUnsafeArguments(argv: readonly string[]): void {
  const sentences = argv.flatMap((arg, index) => {
    const name = nameOf(argv, index);
    if (escapeControls(arg) !== arg) {
      return [
        `${name} must not contain control characters or line breaks, got ${formatValue(arg)}`,
      ];
    }
    try {
      refuseTokens(name, arg);
      return [];
    } catch (error) {
      if (error instanceof UsageError) return [error.message];
      throw error;
    }
  });
  if (sentences.length > 0) throw new UsageError(sentences.join("\n"));
}

/** The flag before a value, or the argument's position. */
function nameOf(argv: readonly string[], index: number): string {
  const [own] = /^--[a-z][a-z-]*(?==)/.exec(argv[index] ?? "") ?? [];
  if (own !== undefined) return presentable(own);
  const before = argv[index - 1] ?? "";
  return /^--[a-z]/.test(before) && !before.includes("=")
    ? presentable(before)
    : `argument ${index + 1}`;
}
