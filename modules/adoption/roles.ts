import { asMap, asStrings, conditionsOf, statementsOf } from "../iam/policy-document";
import { rolesViolations, type ServiceAccountRoleProps } from "../roles";
import { formatViolation } from "../validation";
import { isSameSet } from "./same-policy";
import type { ExistingRole, Setup, Tags } from "./setup";
import { type AdoptedTrust, adoptTrust, Inexpressible } from "./trust-policy";

/** A role of `serviceAccountRoles`. */
type AdoptedRole = Omit<ServiceAccountRoleProps, "issuers" | "policies">;

/** Roles for the configuration, and what of them it cannot say. */
export interface AdoptedRoles {
  readonly roles: readonly AdoptedRole[];
  /** What stays as it is, and is not managed. */
  readonly left: readonly string[];
  /** What a person should look at. */
  readonly checks: readonly string[];
}

type Statements = NonNullable<ServiceAccountRoleProps["inlineStatements"]>;

/**
 * Existing roles in the terms of `serviceAccountRoles`, as far as there are any.
 *
 * @param audiences those of the identity provider, which roles trust that name none
 * @param tags those of the cluster, which roles have that name none
 */
export function adoptRoles(
  setup: Setup,
  providerArn: string,
  audiences: readonly string[],
  tags: Tags,
): AdoptedRoles {
  const left: string[] = [];
  const checks: string[] = [];
  const roles: AdoptedRole[] = [];
  const sorted = [...setup.roles].sort((one, other) => (one.name < other.name ? -1 : 1));
  for (const role of sorted) {
    try {
      const trust = adoptTrust(role, setup, providerArn);
      const { props, outside } = roleOf(role, trust, audiences, tags);
      const adopted = withPrimary(props, roles, checks);
      const [violation] = rolesViolations([...roles, adopted].map(withIssuer(setup, providerArn)));
      if (violation !== undefined) {
        throw new Inexpressible(
          `has a value that irsa.yaml refuses: ${formatViolation({ ...violation, path: violation.path.slice(1) })}`,
        );
      }
      roles.push(adopted);
      left.push(...outside);
    } catch (error) {
      if (!(error instanceof Inexpressible)) throw error;
      left.push(`the role ${role.name}: it ${error.message}`);
    }
  }
  return { roles, left, checks };
}

const withIssuer =
  ({ issuerUrl }: Setup, providerArn: string) =>
  (role: AdoptedRole) => ({
    ...role,
    issuers: [{ issuerHostpath: issuerUrl.slice("https://".length), providerArn }],
  });

function roleOf(
  role: ExistingRole,
  { serviceAccounts, additionalTrustedPrincipals, audiences: own }: AdoptedTrust,
  audiences: readonly string[],
  tags: Tags,
): { readonly props: AdoptedRole; readonly outside: readonly string[] } {
  const { name, path, description, maxSessionDuration, permissionsBoundary, attached } = role;
  const ofAws = /^arn:[\w-]+:iam::aws:policy\/(.+)$/;
  const [awsManagedPolicies, managedPolicyArns] = [
    attached.flatMap((arn) => ofAws.exec(arn)?.[1] ?? []),
    attached.filter((arn) => !ofAws.test(arn)),
  ];
  const { inline, outside } = inlinePolicyOf(role);
  const isDefault = own === undefined || isSameSet(own, audiences);
  const props: AdoptedRole = {
    name,
    serviceAccounts,
    ...(serviceAccounts.includes("*/*") && { anyServiceAccount: true }),
    ...(additionalTrustedPrincipals.length > 0 && { additionalTrustedPrincipals }),
    ...(!isDefault && { audiences: own }),
    ...(awsManagedPolicies.length > 0 && { awsManagedPolicies }),
    ...(managedPolicyArns.length > 0 && { managedPolicyArns }),
    ...inline,
    ...(permissionsBoundary !== undefined && { permissionsBoundary }),
    ...(path !== "/" && { path }),
    ...(maxSessionDuration !== 3600 && { maxSessionDuration }),
    ...(description !== "" && { description }),
    ...(!isSameTags(role.tags, tags) && { tags: role.tags }),
    // The account's quotas must have been raised.
    ...(attached.length > 10 && { maxManagedPolicies: attached.length }),
    ...(JSON.stringify(role.trustPolicy).length > 2048 && { maxTrustPolicyLength: 4096 }),
  };
  return { props, outside };
}

function isSameTags(one: Tags, other: Tags): boolean {
  const text = (tags: Tags) => JSON.stringify(Object.entries(tags).sort());
  return text(one) === text(other);
}

/** The one inline policy that a role of the configuration has besides those of the catalogue. */
function inlinePolicyOf({ name: role, inline }: ExistingRole): {
  readonly inline: Pick<AdoptedRole, "inlinePolicyName" | "inlineStatements">;
  readonly outside: readonly string[];
} {
  let found: Pick<AdoptedRole, "inlinePolicyName" | "inlineStatements"> = {};
  const outside: string[] = [];
  for (const [name, policy] of Object.entries(inline)) {
    const what = `the inline policy ${name} of the role ${role}`;
    const statements = policyStatements(policy);
    if (typeof statements === "string") outside.push(`${what}: it ${statements}`);
    else if (found.inlineStatements !== undefined) {
      outside.push(`${what}: a role of irsa.yaml has one, ${found.inlinePolicyName}`);
    } else found = { inlinePolicyName: name, inlineStatements: statements };
  }
  return { inline: found, outside };
}

/** Statements as `inlineStatements` has them, or why there are none. */
function policyStatements(policy: unknown): Statements | string {
  const statements: Statements[number][] = [];
  if (asMap(policy).Version !== "2012-10-17") return "is in an older policy language";
  for (const statement of statementsOf(policy)) {
    const { Sid, Effect, Action, Resource, Condition: _conditions, ...rest } = statement;
    const [other] = Object.keys(rest);
    if (other !== undefined) return `has a statement with ${other}`;
    const conditions = conditionsOf(statement).map(({ operator, key, values }) => ({
      test: operator,
      variable: asVariables(key),
      values: values.map(asVariables),
    }));
    statements.push({
      ...(typeof Sid === "string" && Sid !== "" && { sid: Sid }),
      ...(Effect === "Deny" && { effect: "Deny" as const }),
      actions: asStrings(Action),
      resources: asStrings(Resource).map(asVariables),
      ...(conditions.length > 0 && { conditions }),
    });
  }
  return statements;
}

/** Terraform has `${…}` for templates of its own, and writes a policy variable `&{…}`. */
function asVariables(text: string): string {
  return text.replaceAll("${", "&{");
}

/** Where a ServiceAccount has several roles, which of them its pods get is said by annotations alone. */
function withPrimary(role: AdoptedRole, roles: AdoptedRole[], checks: string[]): AdoptedRole {
  for (const entry of role.serviceAccounts) {
    const index = roles.findIndex(({ serviceAccounts }) => serviceAccounts.includes(entry));
    const first = roles[index];
    if (first === undefined) continue;
    if (first.primaryFor?.includes(entry) !== true) {
      roles[index] = { ...first, primaryFor: [...(first.primaryFor ?? []), entry] };
    }
    checks.push(
      `${entry} may assume ${first.name} and ${role.name}: primaryFor names the one that its annotation has, now ${first.name}`,
    );
  }
  return role;
}
