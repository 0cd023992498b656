import { policyCatalogue, type RolePolicy, type ServiceAccountRoleProps } from "../modules/roles";
import type { RoleConfig } from "./role-schema";

/** A role as `irsa.yaml` tells it, except for the issuers, which are the cluster's. */
export type ClusterRole = Omit<ServiceAccountRoleProps, "issuers">;

/** A role of `irsa.yaml` as props. */
export function roleProps(
  { policies = [], ...role }: RoleConfig,
  tags: ClusterRole["tags"],
): ClusterRole {
  return {
    tags,
    ...role,
    policies: policies.map(cataloguePolicy),
  };
}

function cataloguePolicy(policy: NonNullable<RoleConfig["policies"]>[number]): RolePolicy {
  const { name, ...options } = typeof policy === "string" ? { name: policy } : policy;
  const make = policyCatalogue.get(name);
  // The schema has refused any other name.
  return make === undefined ? { name } : make(options);
}
