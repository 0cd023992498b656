import { ClusterConfigError } from "../../modules/cluster";
import { isMistake, UsageError } from "../errors";

/** What is wrong with a command's input, gathered so that all of it is told at once. */
export class Problems {
  private readonly sentences = new Set<string>();
  private readonly absent = new Set<string>();

  add(sentence: string): void {
    this.sentences.add(sentence);
  }

  /**
   * Notes that a member has no value, so that no rule that it breaks is told besides.
   *
   * @param sentence why not, and what to do; left out when that has been told
   * @returns a value to go on with
   */
  missing(member: string, sentence?: string): string {
    this.absent.add(member);
    if (sentence !== undefined) this.add(sentence);
    return "";
  }

  /** The result of a call; a mistake is noted, and there is none. */
  async attempt<T>(call: () => T | Promise<T>): Promise<T | undefined> {
    try {
      return await call();
    } catch (error) {
      if (!isMistake(error)) throw error;
      const told = error instanceof ClusterConfigError ? error.violations : [error.message];
      told.filter((sentence) => !this.isAbsent(sentence)).forEach((one) => this.sentences.add(one));
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

  private isAbsent(sentence: string): boolean {
    return [...this.absent].some((member) => sentence.startsWith(`'${member}'`));
  }
}
