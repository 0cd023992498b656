/** How add-ons are installed. */
export type AddOnsWay = "helm" | "flux" | "argo-cd";

export const addOnsWays: readonly AddOnsWay[] = ["helm", "flux", "argo-cd"];

/** The namespace and the ServiceAccount that the smoke test makes for itself. */
export const smokeTestName = "irsa-smoke-test";
