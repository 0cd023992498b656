import { identifier } from "../synthesis";
import { type Path, under, type Violation } from "../validation";
import { rolePlan, terraformAddresses } from "./role-plan";
import type { ServiceAccountRoleProps } from "./role-props";
import { roleViolations } from "./role-violations";
import { isMappable } from "./service-accounts";

/** A role as far as it matters which of several is a ServiceAccount's. */
type RoleAccounts = Pick<ServiceAccountRoleProps, "name" | "serviceAccounts" | "primaryFor">;

/**
 * Which of its ServiceAccounts get a role by annotations and by the webhook's map: a ServiceAccount has
 * one role there, however many trust it.
 *
 * @param role one of the roles
 * @param roles all roles of the cluster
 * @returns entries of the role's `serviceAccounts`
 */
export function primaryAccounts(role: RoleAccounts, roles: readonly RoleAccounts[]): string[] {
  return role.serviceAccounts.filter(
    (entry) =>
      role.primaryFor?.includes(entry) === true ||
      !roles.some((other) => other !== role && other.primaryFor?.includes(entry) === true),
  );
}

/**
 * Violations of the roles of a cluster: each by itself, and all of them together.
 *
 * @returns violations at `[index, ...]`
 */
export function rolesViolations(roles: readonly ServiceAccountRoleProps[]): Violation[] {
  return [
    ...roles.flatMap((role, index) => under([index], roleViolations(role))),
    ...nameViolations(roles),
    ...primaryViolations(roles),
  ];
}

/** IAM ignores the case of names, and Terraform JSON would keep one of two resources at one address. */
function nameViolations(roles: readonly ServiceAccountRoleProps[]): Violation[] {
  const names = new Map<string, string>();
  const addresses = new Map<string, string>();
  return roles.flatMap((role, index) => {
    const { name, roleName = name } = role;
    const path: Path = [index, role.roleName === undefined ? "name" : "roleName"];
    const owner = names.get(roleName.toLowerCase());
    names.set(roleName.toLowerCase(), owner ?? name);
    if (owner !== undefined) {
      const rule = `must differ from that of the role ${owner}, also in more than case`;
      return [{ path, rule, given: roleName }];
    }
    const own = [identifier(name), ...terraformAddresses(name, rolePlan(role))];
    const taken = own.find((address) => addresses.has(address));
    for (const address of own) if (!addresses.has(address)) addresses.set(address, name);
    if (taken === undefined) return [];
    const rule = `must give other Terraform addresses than the role ${addresses.get(taken)}, which has ${taken}`;
    return [{ path: [index, "name"], rule, given: name }];
  });
}

function primaryViolations(roles: readonly RoleAccounts[]): Violation[] {
  const first = new Map<string, RoleAccounts>();
  const primary = new Map<string, RoleAccounts>();
  for (const role of roles) {
    for (const entry of role.primaryFor ?? []) {
      if (!primary.has(entry)) primary.set(entry, role);
    }
  }
  return roles.flatMap((role, index) => {
    const contested = (role.primaryFor ?? []).flatMap((entry, at): Violation[] => {
      const owner = primary.get(entry);
      return owner === undefined || owner === role
        ? []
        : [
            {
              path: [index, "primaryFor", at],
              rule: `must be an entry that the role ${owner.name} is not primary for`,
              given: entry,
            },
          ];
    });
    const undecided = role.serviceAccounts.flatMap((entry, at): Violation[] => {
      const owner = first.get(entry);
      if (owner === undefined) first.set(entry, role);
      if (owner === undefined || owner === role || primary.has(entry) || !isMappable(entry))
        return [];
      return [
        {
          path: [index, "serviceAccounts", at],
          rule: `must be in {primaryFor} of this role or of the role ${owner.name}: its pods get one of them by annotations and the webhook's map`,
          given: entry,
        },
      ];
    });
    return [...contested, ...undecided];
  });
}
