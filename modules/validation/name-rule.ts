/**
 * A rule that a string must follow: one pattern, checked at synthesis when the value is known and by
 * Terraform at plan when it is a variable (see `validate` and `preconditions` of `modules/synthesis`).
 */
export interface NameRule {
  /** Understood alike by JavaScript (flag `u`) and by Terraform's `regex` (RE2): no look-around. */
  readonly pattern: string;
  /**
   * The pattern describes what is not allowed.
   * @default false
   */
  readonly forbidden?: boolean;
  /** Completes the sentence "NAME must …". */
  readonly must: string;
}
