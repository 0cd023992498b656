export { addressed, identifier, isTaken } from "./address";
export { currentCallerIdentity, currentPartition, currentRegion } from "./current";
export { nestedBlocks, type TerraformJson, toHclFiles } from "./hcl";
export { assertValid, InvalidPropsError } from "./invalid-props-error";
export { local } from "./local";
export { type NameRule, preconditions, validate, violations } from "./rules";
export { isPresentable, shown } from "./shown";
export { usedProviders } from "./used-providers";
