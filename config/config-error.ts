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

/** Everything that is wrong in a configuration file, in the order of its lines. */
export class ConfigError extends Error {
  readonly code = "ERR_CONFIG";
  readonly problems: readonly Problem[];

  /**
   * @param file how messages name the file
   * @param problems at least one
   */
  constructor(file: string, problems: readonly Problem[]) {
    const sorted = [...problems].sort((a, b) => a.line - b.line || a.column - b.column);
    super(
      sorted
        .map(({ line, column, path, message }) =>
          `${file}:${line}:${column} ${path} ${message}`.replace(/ {2,}/g, " "),
        )
        .join("\n"),
    );
    this.name = "ConfigError";
    this.problems = sorted;
  }
}
