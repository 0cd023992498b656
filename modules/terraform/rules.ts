import { Fn, Op, type TerraformVariable, Token } from "cdktf";

/**
 * A rule that a name must follow, checked at synthesis when the name is known and by Terraform when
 * it is a variable.
 */
export interface NameRule {
  /** Understood alike by JavaScript and by Terraform's `regex`: no look-around, no backslash. */
  readonly pattern: string;
  /**
   * The pattern describes what is not allowed.
   * @default false
   */
  readonly forbidden?: boolean;
  /** Completes the sentence "NAME must …". */
  readonly must: string;
}

/**
 * What is wrong with a value.
 *
 * @param what how the sentences name the value, such as the prop's name
 * @returns one sentence a broken rule; none for a good value or an unresolved token
 */
export function violations(what: string, value: string, rules: readonly NameRule[]): string[] {
  if (Token.isUnresolved(value)) return [];
  return rules
    .filter(({ pattern, forbidden = false }) => new RegExp(pattern).test(value) === forbidden)
    .map(({ must }) => `${what} must ${must}, got: ${JSON.stringify(value)}`);
}

/** Adds one `validation` block a rule to a Terraform variable that has its Terraform name already. */
export function validate(variable: TerraformVariable, rules: readonly NameRule[]): void {
  for (const { pattern, forbidden = false, must } of rules) {
    const matches = Fn.can(Fn.regex(pattern, variable.stringValue));
    variable.addValidation({
      condition: forbidden ? Op.not(matches) : matches,
      errorMessage: `${variable.friendlyUniqueId} must ${must}.`,
    });
  }
}
