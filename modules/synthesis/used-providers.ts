import { TerraformDataSource, TerraformResource, type TerraformStack } from "cdktf";

/**
 * The providers that a stack's resources and data sources come from, by the first part of their type.
 *
 * @returns such as `aws` and `tls`, each once
 */
export function usedProviders(stack: TerraformStack): Set<string> {
  const elements = stack.node.findAll();
  return new Set(
    elements
      .filter((each) => each instanceof TerraformResource || each instanceof TerraformDataSource)
      .map(({ terraformResourceType: type }) => type.split("_", 1)[0] ?? type),
  );
}
