import { Fn, type IResolvable, Op, type Precondition, type TerraformVariable, Token } from "cdktf";
import { shown } from "./format-value";

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
    .map(({ must }) => `${what} must ${must}, got: ${shown(value)}`);
}

/**
 * The rules as preconditions of a resource: what {@link violations} leaves out because it is known to
 * Terraform only.
 *
 * @param what how the sentences name the value, such as the prop's name
 * @returns one precondition a rule; none for a value that is known at synthesis
 */
export function preconditions(
  what: string,
  value: string,
  rules: readonly NameRule[],
): Precondition[] {
  if (!Token.isUnresolved(value)) return [];
  return rules.map((rule) => ({
    condition: followed(rule, value),
    errorMessage: `${what} must ${rule.must}.`,
  }));
}

/** Adds one `validation` block a rule to a Terraform variable that has its Terraform name already. */
export function validate(variable: TerraformVariable, rules: readonly NameRule[]): void {
  for (const rule of rules) {
    variable.addValidation({
      condition: followed(rule, variable.stringValue),
      errorMessage: `${variable.friendlyUniqueId} must ${rule.must}.`,
    });
  }
}

function followed({ pattern, forbidden = false }: NameRule, value: string): IResolvable {
  const matches = Fn.can(Fn.regex(pattern, value));
  return forbidden ? Op.not(matches) : matches;
}
