import { formatPath, type Path, type Violation } from "../modules/validation";
import { ConfigError, type Place, type Problem } from "./config-error";

/** Where a value stands, or the key of one, and its path from the top of that file. */
export type Locate = (path: Path, isAboutKey: boolean) => Place & { readonly path: Path };

/** Collects what is wrong with a configuration, except for what only follows from something else. */
export class Report {
  private readonly problems: Problem[] = [];
  private readonly seen = new Set<string>();

  /** A part of the configuration, whose paths begin where the part does. */
  part(locate: Locate): PartReport {
    return new PartReport((violation) => {
      const problem = { ...violation, ...locate(violation.path, violation.isAboutKey ?? false) };
      const { file, line, column, path, rule } = problem;
      const identity = JSON.stringify([file, line, column, path, rule]);
      if (!this.seen.has(identity)) this.problems.push(problem);
      this.seen.add(identity);
    });
  }

  /** @throws {ConfigError} anything is wrong */
  assertNone(): void {
    if (this.problems.length > 0) throw new ConfigError(this.problems);
  }
}

/** What is wrong with a part of a configuration, such as a cluster. */
export class PartReport {
  private readonly faults = new Set<string>();
  private readonly aroundFaults = new Set<string>();

  constructor(private readonly collect: (violation: Violation) => void) {}

  /** Adds what is wrong, except where a value is of no use anyway. */
  add(...violations: readonly Violation[]): void {
    for (const violation of violations) {
      if (!this.isAtFault(violation.path)) this.collect(violation);
    }
  }

  /** Adds what is wrong and leaves the values of no use: what follows from them is not reported. */
  fault(...violations: readonly Violation[]): void {
    this.add(...violations);
    for (const { path } of violations) this.mark(path);
  }

  /** Notes values of no use that have been reported elsewhere. */
  ignore(...paths: readonly Path[]): void {
    for (const path of paths) this.mark(path);
  }

  /** Whether something at a place, around it or in it is of no use. */
  isAtFault(path: Path): boolean {
    return (
      this.aroundFaults.has(formatPath(path)) ||
      path.some((_, last) => this.faults.has(formatPath(path.slice(0, last + 1))))
    );
  }

  private mark(path: Path): void {
    this.faults.add(formatPath(path));
    for (let length = path.length; length > 0; length--) {
      this.aroundFaults.add(formatPath(path.slice(0, length)));
    }
  }
}
