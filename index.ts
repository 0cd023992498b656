export * from "./modules/documents";
export * from "./modules/issuer";
export * from "./modules/roles";
export { InvalidPropsError } from "./modules/validation";
export { type BackendProps } from "./stacks/backend";
export { ClusterStack, type ClusterStackProps } from "./stacks/cluster-stack";
export { IrsaStack, type IrsaStackProps } from "./stacks/irsa-stack";
