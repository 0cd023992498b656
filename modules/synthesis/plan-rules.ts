import { Fn, type IResolvable, Op, type Precondition, type TerraformVariable, Token } from "cdktf";
import { type NameRule, type RangeRule, rangeText } from "../validation";

/**
 * The rules as preconditions of a resource: what `checkText` leaves out because it is known to
 * Terraform only.
 *
 * @param what how the sentences name the value, such as the property's name
 * @returns one precondition a rule; none for a value that is known at synthesis
 */
export function preconditions(
  what: string,
  value: string,
  rules: readonly NameRule[],
): Precondition[] {
  if (!Token.isUnresolved(value)) return [];
  return rules.map((rule) => ({
    condition: isFollowed(rule, value),
    errorMessage: `${what} must ${rule.must}.`,
  }));
}

/** Adds one `validation` block a rule to a string variable that has its Terraform name already. */
export function validate(variable: TerraformVariable, rules: readonly NameRule[]): void {
  for (const rule of rules) {
    variable.addValidation({
      condition: isFollowed(rule, variable.stringValue),
      errorMessage: `${variable.friendlyUniqueId} must ${rule.must}.`,
    });
  }
}

/** Adds a `validation` block to a number variable that has its Terraform name already. */
export function validateRange(variable: TerraformVariable, rule: RangeRule): void {
  const value = variable.numberValue;
  const whole = Op.eq(Fn.floor(value), value);
  const inBounds = Op.and(Op.gte(value, rule.least), Op.lte(value, rule.greatest));
  variable.addValidation({
    // CDKTF writes a bare 0 as undefined.
    condition: Op.and(
      whole,
      rule.or === undefined ? inBounds : Op.or(inBounds, Op.eq(value, Fn.tonumber(`${rule.or}`))),
    ),
    errorMessage: `${variable.friendlyUniqueId} must ${rangeText(rule)}.`,
  });
}

function isFollowed({ pattern, forbidden = false }: NameRule, value: string): IResolvable {
  // CDKTF writes a string argument as it is: a backslash of the pattern would be an escape of HCL's.
  const matches = Fn.can(Fn.regex(pattern.replaceAll("\\", "\\\\"), value));
  return forbidden ? Op.not(matches) : matches;
}
