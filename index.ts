export * from "./modules/documents";
export * from "./modules/issuer";
export { InvalidPropsError } from "./modules/terraform";
export { IrsaStack } from "./stacks/irsa-stack";
