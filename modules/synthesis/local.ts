import { TerraformLocal } from "cdktf";
import type { Construct } from "constructs";
import { addressed } from "./address";

/**
 * A Terraform local value: names an expression that several places use, and keeps templates out of
 * function arguments, where CDKTF does not escape them.
 *
 * @returns a token for `local.NAME`
 */
export function local(scope: Construct, name: string, expression: unknown): string {
  return addressed(new TerraformLocal(scope, name, expression), name).asString;
}
