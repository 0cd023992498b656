import { TerraformDataSource, TerraformResource, type TerraformStack } from "cdktf";
import { EphemeralResource } from "./ephemeral-resource";

/**
 * The providers that a stack's resources, data sources and ephemeral resources come from, by the first part of their type.
 *
 * @returns such as `aws` and `tls`, each once
 */
export function usedProviders(stack: TerraformStack): Set<string> {
  const elements = stack.node.findAll();
  return new Set(
    elements
      .filter(
        (each) =>
          each instanceof TerraformResource ||
          each instanceof TerraformDataSource ||
          each instanceof EphemeralResource,
      )
      .map(({ terraformResourceType: type }) => type.split("_", 1)[0] ?? type),
  );
}
