import type { RoleBinding } from "../../modules/cluster";
import type { TerraformSource } from "./terraform-source";

/** The pods' region; it may be another than that of Terraform's resources. */
export function regionOf(
  { region }: { readonly region?: string },
  source: TerraformSource,
): string {
  const output = { member: "region", options: "--region", output: "aws_region" };
  return region ?? source.outputText(output);
}

/**
 * ServiceAccounts and their roles, from Terraform's output.
 *
 * @param options those that can take its place, if any
 * @returns none when the output is missing, which is noted
 */
export function roleBindings(source: TerraformSource, options?: string): readonly RoleBinding[] {
  const output = "service_accounts";
  const rows = source.rows(output, ["namespace", "name", "role_arn"]);
  if (rows === undefined) source.missing({ member: "roleBindings", options, output });
  return (rows ?? []).map(({ namespace, name, role_arn: roleArn }) => ({
    namespace,
    serviceAccountName: name,
    roleArn,
  }));
}
