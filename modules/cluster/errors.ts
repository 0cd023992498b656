/**
 * Input of `modules/cluster` that breaks a rule. All of them are told at once, and nothing has been
 * made of the input. `code` is stable across releases; no message holds key material.
 */
export class ClusterConfigError extends Error {
  readonly code = "ERR_CLUSTER_CONFIG";

  /** @param violations one sentence a broken rule: the member, the rule, what was given */
  constructor(readonly violations: readonly string[]) {
    super(violations.join("\n"));
    this.name = "ClusterConfigError";
  }
}

/** @throws {ClusterConfigError} there is at least one violation */
export function assertNoViolations(violations: readonly string[]): void {
  if (violations.length > 0) throw new ClusterConfigError(violations);
}
