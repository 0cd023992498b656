import { distributionOf } from "../../config/distribution-names";
import type { ClusterConfig } from "../../config/schema";
import type { DistributionFlag } from "./choices";

/** What a cluster of the configuration runs, as flags name it; undefined for one that does not say. */
export function distributionFlagOf(config: ClusterConfig): DistributionFlag | undefined {
  const name = distributionOf(config);
  return name === "eksAnywhere" ? "eks-anywhere" : name;
}
