import {
  escapeControls,
  formatViolation,
  redactKeyMaterial,
  type Violation,
} from "../modules/validation";

/** Where something stands in a file; line and column from 1. */
export interface Place {
  /** The file as messages name it. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** A violation with its place; the path begins at the top of the file. */
export interface Problem extends Place, Violation {}

/** More than anyone reads at once. */
const maxLines = 200;

/**
 * Everything that is wrong in the configuration, in the order of files and lines: `FILE:LINE:COLUMN PATH
 * RULE, got VALUE`. What may be key material is left out of it, wherever it was pasted.
 */
export class ConfigError extends Error {
  readonly code = "ERR_CONFIG";
  readonly problems: readonly Problem[];

  /** @param problems at least one */
  constructor(problems: readonly Problem[]) {
    const sorted = [...problems].sort(
      (a, b) => compare(a.file, b.file) || a.line - b.line || a.column - b.column,
    );
    const lines = sorted
      .slice(0, maxLines)
      .map(
        (problem) =>
          `${shownFile(problem)}:${problem.line}:${problem.column} ${formatViolation(problem)}`,
      );
    const more = sorted.length - lines.length;
    super([...lines, ...(more > 0 ? [`… and ${more} more`] : [])].join("\n"));
    this.name = "ConfigError";
    this.problems = sorted.map(redacted);
  }
}

function shownFile({ file }: Place): string {
  return escapeControls(redactKeyMaterial(file));
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

function redacted(problem: Problem): Problem {
  const { given, ...rest } = problem;
  const path = problem.path.map((part) =>
    typeof part === "string" ? redactKeyMaterial(part) : part,
  );
  if (typeof given === "object" || given === undefined) return { ...rest, path };
  return { ...rest, path, given: typeof given === "string" ? redactKeyMaterial(given) : given };
}
