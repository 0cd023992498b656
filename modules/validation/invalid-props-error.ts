import { formatViolation } from "./format-violation";
import type { Violation } from "./violation";

/** Something with a place in a construct tree. */
interface Placed {
  readonly node: { readonly path: string };
}

/**
 * Properties that violate rules: all violations at once, and nothing has been made. `code` is stable
 * across releases; the message holds no key material.
 *
 * @example
 * try {
 *   new IrsaIssuer(this, "typo", { hosting: Hosting.s3({ bucket: "Acme_OIDC" }) });
 * } catch (error) {
 *   if (error instanceof InvalidPropsError) console.log(error.violations[0]?.path); // ["hosting", "bucket"]
 * }
 */
export class InvalidPropsError extends Error {
  readonly code = "ERR_INVALID_PROPS";
  readonly violations: readonly Violation[];

  /**
   * @param violations at least one
   * @param scope the construct whose props they are
   * @internal
   */
  constructor(violations: readonly (Violation | string)[], scope?: Placed) {
    const place = scope === undefined ? "" : `${scope.node.path} (${scope.constructor.name}): `;
    const data = violations.map((one) => (typeof one === "string" ? { path: [], rule: one } : one));
    super(data.map((violation) => place + formatViolation(violation)).join("\n"));
    this.violations = data;
    this.name = "InvalidPropsError";
  }
}

/**
 * @param scope the construct whose props are checked, for the message
 * @throws {InvalidPropsError} there is at least one violation
 */
export function assertValid(violations: readonly (Violation | string)[], scope?: Placed): void {
  if (violations.length > 0) throw new InvalidPropsError(violations, scope);
}
