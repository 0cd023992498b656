export { addressed } from "./address";
export { nestedBlocks, type TerraformJson, toHclFiles } from "./hcl";
export { assertValid, InvalidPropsError } from "./invalid-props-error";
export { local } from "./local";
export { usedProviders } from "./used-providers";
export { type NameRule, validate, violations } from "./rules";
