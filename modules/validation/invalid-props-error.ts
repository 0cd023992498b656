/** Props that break a rule. All of them are told at once, and no construct has been made. */
export class InvalidPropsError extends Error {
  readonly code = "ERR_INVALID_PROPS";

  /** @param violations one sentence a broken rule: the prop, the rule, what was given */
  constructor(readonly violations: readonly string[]) {
    super(violations.join("\n"));
    this.name = "InvalidPropsError";
  }
}

/** @throws {InvalidPropsError} there is at least one violation */
export function assertValid(violations: readonly string[]): void {
  if (violations.length > 0) throw new InvalidPropsError(violations);
}
