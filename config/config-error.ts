import { escapeControls, redactKeyMaterial } from "../modules/validation";

/** One thing that is wrong in a configuration file. */
export interface Problem {
  /** Line and column, from 1. */
  readonly line: number;
  readonly column: number;
  /** Where in the file's structure, such as `clusters[0].bucket`; empty for the whole. */
  readonly path: string;
  /** The rule, what was given, what to do. */
  readonly message: string;
}

/** More than anyone reads at once. */
const maxLines = 200;

/**
 * Everything that is wrong in a configuration file, in the order of its lines. What may be key material
 * is left out of it, wherever it was pasted.
 */
export class ConfigError extends Error {
  readonly code = "ERR_CONFIG";
  readonly problems: readonly Problem[];

  /**
   * @param file how messages name the file
   * @param problems at least one
   */
  constructor(file: string, problems: readonly Problem[]) {
    const sorted = problems
      .map((problem) => ({
        ...problem,
        path: escapeControls(redactKeyMaterial(problem.path)),
        message: redactKeyMaterial(problem.message),
      }))
      .sort((a, b) => a.line - b.line || a.column - b.column);
    const lines = sorted
      .slice(0, maxLines)
      .map(({ line, column, path, message }) =>
        `${file}:${line}:${column} ${path} ${message}`.replace(/ {2,}/g, " "),
      );
    const more = sorted.length - lines.length;
    super([...lines, ...(more > 0 ? [`… and ${more} more`] : [])].join("\n"));
    this.name = "ConfigError";
    this.problems = sorted;
  }
}
