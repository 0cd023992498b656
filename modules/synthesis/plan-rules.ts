import { Fn, Op, type Precondition, type TerraformVariable, Token } from "cdktf";
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
  return rules.map(({ pattern, forbidden = false, must }) => {
    // CDKTF writes a string argument as it is: a backslash of the pattern would be an escape of HCL's.
    const matches = Fn.can(Fn.regex(pattern.replaceAll("\\", "\\\\"), value));
    return {
      condition: forbidden ? Op.not(matches) : matches,
      errorMessage: `${what} must ${must}.`,
    };
  });
}

/**
 * Adds one `validation` block a rule to a string variable that has its Terraform name already. Null
 * follows every rule, where the variable may be null.
 */
export function validate(variable: TerraformVariable, rules: readonly NameRule[]): void {
  const name = variable.friendlyUniqueId;
  const orNull = variable.nullable === true ? `var.${name} == null || ` : "";
  for (const rule of rules) {
    variable.addValidation({
      condition: `\${${orNull}${isFollowed(rule, `var.${name}`)}}`,
      errorMessage: `${name} must ${rule.must}.`,
    });
  }
}

/** What rules are about: entries of a list, keys or values of a map. */
type Part = "entry" | "key" | "value";

/**
 * Adds `validation` blocks to a list or map of strings that has its Terraform name already: one for how
 * many there are, and one a rule.
 */
export function validateEach(
  variable: TerraformVariable,
  greatest: number,
  rules: Readonly<Partial<Record<Part, readonly NameRule[]>>>,
): void {
  const name = variable.friendlyUniqueId;
  const all = variable.nullable === true ? `var.${name} == null ? [] : var.${name}` : `var.${name}`;
  const parts = { entry: all, key: `keys(${all})`, value: `values(${all})` };
  variable.addValidation({
    condition: `\${length(${all}) <= ${greatest}}`,
    errorMessage: `${name} must have at most ${greatest} entries.`,
  });
  for (const part of ["entry", "key", "value"] as const) {
    for (const rule of rules[part] ?? []) {
      variable.addValidation({
        condition: `\${alltrue([for ${part} in ${parts[part]} : ${isFollowed(rule, part)}])}`,
        errorMessage: `Each ${part} of ${name} must ${rule.must}.`,
      });
    }
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

/** A condition of Terraform's; a string of JSON is one of HCL's, as patterns have no template in them. */
function isFollowed({ pattern, forbidden = false }: NameRule, expression: string): string {
  return `${forbidden ? "!" : ""}can(regex(${JSON.stringify(pattern)}, ${expression}))`;
}
