import { ConfigError } from "../../config/config-error";
import { DocumentError } from "../../modules/documents";
import { formatViolation, InvalidPropsError, type Violation } from "../../modules/validation";
import { UsageError } from "../io/usage-error";
import { flagName } from "./flag-name";

/** How a command calls properties that have no flag of the same name. */
export type Names = Readonly<Record<string, string>>;

/** What is wrong with a command's input, collected so that all of it is reported at once. */
export class Mistakes {
  private readonly sentences = new Set<string>();
  private readonly absent = new Set<string>();
  private readonly names: Map<string, string>;

  constructor(names: Names = {}) {
    this.names = new Map(Object.entries(names));
  }

  add(sentence: string): void {
    this.sentences.add(sentence);
  }

  /** Whether nothing has been noted so far. */
  get isEmpty(): boolean {
    return this.sentences.size === 0;
  }

  /** Says where a property has its value from, for messages. */
  name(property: string, source: string): void {
    this.names.set(property, source);
  }

  /**
   * Notes that a property has no value, so that no rule that it violates is reported besides.
   *
   * @param sentence why not, and what to do; left out when that has been reported
   * @returns a value to go on with
   */
  missing(property: string, sentence?: string): string {
    this.absent.add(property);
    if (sentence !== undefined) this.add(sentence);
    return "";
  }

  /** Reports violations, except those of properties that are known to have no value. */
  addViolations(violations: readonly Violation[]): void {
    for (const violation of violations) {
      if (this.absent.has(String(violation.path[0]))) continue;
      this.add(formatViolation(violation, (path) => flagName(path, this.names)));
    }
  }

  /** The result of a call; a mistake is noted, and there is none. */
  async attempt<T>(call: () => T | Promise<T>): Promise<T | undefined> {
    try {
      return await call();
    } catch (error) {
      if (error instanceof InvalidPropsError) this.addViolations(error.violations);
      else if (isMistake(error)) this.add(error.message);
      else throw error;
      return undefined;
    }
  }

  /**
   * The result of the last call.
   *
   * @throws {UsageError} with everything that has been noted
   */
  async complete<T>(call: () => T | Promise<T>): Promise<T> {
    const result = await this.attempt(call);
    this.assertNone();
    return result as T;
  }

  /** @throws {UsageError} with everything that has been noted */
  assertNone(): void {
    if (this.sentences.size > 0) throw new UsageError([...this.sentences].join("\n"));
  }
}

/** Whether an error is a user's mistake, reported in full by its message. */
export function isMistake(error: unknown): error is Error {
  return [ConfigError, DocumentError, InvalidPropsError, UsageError].some(
    (kind) => error instanceof kind,
  );
}
