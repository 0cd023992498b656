import type { ReportedRole } from "../schema";

/** What stands for the expressions of values that Terraform knows at apply alone. */
const names: Readonly<Record<string, string>> = {
  "data.aws_caller_identity.current.account_id": "account",
  "data.aws_partition.current.partition": "partition",
  "data.aws_region.current.id": "region",
};

/** A value for people: an expression of Terraform's is a name in ‹angle quotes›. */
export function shown(value: string): string {
  return value.replace(
    /\$\{(?!aws:)([^{}]+)\}/g,
    (_, expression: string) => `‹${names[expression] ?? nameOf(expression)}›`,
  );
}

function nameOf(expression: string): string {
  return /^aws_cloudfront_distribution\.[\w-]+\.domain_name$/.test(expression)
    ? "domain of the distribution"
    : expression.replace(/^var\./, "");
}

/** A value that is cut in its middle to at most as many characters. */
export function shortened(value: string, length: number): string {
  if (value.length <= length) return value;
  const end = Math.floor((length - 1) / 2);
  return `${value.slice(0, length - 1 - end)}…${value.slice(value.length - end)}`;
}

/** `1 role`, `2 roles`. */
export function count(number: number, one: string, several = `${one}s`): string {
  return `${number} ${number === 1 ? one : several}`;
}

/** The ServiceAccounts that may assume a role, each once. */
export function accountsOf({ webIdentities }: ReportedRole): string[] {
  return [...new Set(webIdentities.flatMap(({ serviceAccounts }) => serviceAccounts))];
}
