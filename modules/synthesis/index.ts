export { addressed, identifier, isTaken, nameByPath } from "./address";
export { currentCallerIdentity, currentPartition, currentRegion } from "./current";
export { EphemeralResource } from "./ephemeral-resource";
export { nestedBlocks, type TerraformJson, toHclFiles } from "./hcl";
export { local } from "./local";
export { mergeTags } from "./merge-tags";
export { addressOf, Moved, Removed } from "./refactoring";
export { usedProviders } from "./used-providers";
export { preconditions, validate, validateEach, validateRange } from "./plan-rules";
