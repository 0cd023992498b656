import { Token } from "cdktf";
import type { Construct } from "constructs";
import { identifier, isTaken } from "../synthesis";
import { type NameRule, violations } from "../validation";
import {
  descriptionRules,
  pathRules,
  policyArnRules,
  policyNameRules,
  roleNameRules,
} from "./names";
import { duplicateViolations, statementViolations } from "./policy-document";
import { rolePlan, type RolePlan, terraformAddresses } from "./role-plan";
import { rolePolicyViolations } from "./role-policy";
import type { ServiceAccountRoleProps } from "./role-props";
import { serviceAccountViolations } from "./service-accounts";
import { issuerViolations } from "./trust-policy";

/** Characters that the inline policies of a role share, and that one managed policy may have. */
export const policyLimits = { inline: 10_240, standalone: 6_144 } as const;
/** What an account allows unless it has asked for more. */
export const defaultQuotas = { managedPolicies: 10, trustPolicyLength: 2048 } as const;

/** What is wrong with the props of a role, each value by itself. */
export function propsViolations(props: ServiceAccountRoleProps): string[] {
  return [
    ...nameViolations(props.name),
    ...optionalViolations("roleName", props.roleName, roleNameRules),
    ...serviceAccountViolations(props.serviceAccounts, props.anyServiceAccount ?? false),
    ...issuerViolations(props.issuers),
    ...(props.policies ?? []).flatMap(rolePolicyViolations),
    ...(props.managedPolicyArns ?? []).flatMap(arnViolations),
    ...statementViolations("inlineStatements", props.inlineStatements ?? []),
    ...optionalViolations("permissionsBoundary", props.permissionsBoundary, policyArnRules),
    ...optionalViolations("path", props.path, pathRules),
    ...rangeViolations("maxSessionDuration", props.maxSessionDuration, 3600, 43_200),
    ...tagViolations(props.tags ?? {}),
    ...optionalViolations("description", props.description, descriptionRules),
    ...rangeViolations("maxManagedPolicies", props.maxManagedPolicies, 10, 25),
    ...rangeViolations("maxTrustPolicyLength", props.maxTrustPolicyLength, 2048, 4096),
  ];
}

/** What is wrong with all of it together: names that clash, quotas that are exceeded. */
export function planViolations(
  scope: Construct | undefined,
  props: ServiceAccountRoleProps,
  plan: RolePlan,
): string[] {
  const { inline, standalone, attachments } = plan;
  const managed = attachments.length + standalone.length;
  const {
    maxManagedPolicies = defaultQuotas.managedPolicies,
    maxTrustPolicyLength = defaultQuotas.trustPolicyLength,
  } = props;
  return [
    ...(scope === undefined ? [] : addressViolations(scope, props.name, plan)),
    ...duplicateViolations(
      "managed policies",
      [...attachments, ...standalone].flatMap(({ name }) => name ?? []).map(identifier),
    ),
    ...duplicateViolations(
      "policies",
      [...inline, ...standalone].map(({ name }) => identifier(name)),
    ),
    ...most("managed policies must be at most", maxManagedPolicies, managed),
    ...most(
      "characters of the trust policy must be at most",
      maxTrustPolicyLength,
      plan.trustLength,
    ),
    ...most(
      "characters of all inline policies must be at most",
      policyLimits.inline,
      totalLength(inline),
    ),
    ...standalone.flatMap(({ name, length }) => [
      ...most(`characters of policy ${name} must be at most`, policyLimits.standalone, length),
      ...violations(
        "name of the standalone policy",
        `${props.roleName ?? props.name}-${name}`,
        policyNameRules,
      ),
    ]),
  ];
}

/** What is wrong with a role, wherever it is to be made: one sentence a broken rule. */
export function roleViolations(props: ServiceAccountRoleProps): string[] {
  return [...propsViolations(props), ...planViolations(undefined, props, rolePlan(props))];
}

/** The lengths of several policies; undefined when Terraform alone knows one of them. */
export function totalLength(policies: RolePlan["inline"]): number | undefined {
  const lengths = policies.flatMap(({ length }) => length ?? []);
  return lengths.length < policies.length ? undefined : lengths.reduce((sum, one) => sum + one, 0);
}

function most(rule: string, limit: number, value = 0): string[] {
  return value > limit ? [`${rule} ${limit}, got: ${value}`] : [];
}

function optionalViolations(
  what: string,
  value: string | undefined,
  rules: readonly NameRule[],
): string[] {
  return value === undefined ? [] : violations(what, value, rules);
}

function nameViolations(name: string): string[] {
  return Token.isUnresolved(name)
    ? ["name must be known at synthesis, for Terraform addresses; roleName need not be"]
    : violations("name", name, roleNameRules);
}

/** Terraform JSON would silently keep one of two resources at the same address. */
function addressViolations(scope: Construct, name: string, plan: RolePlan): string[] {
  const taken = terraformAddresses(name, plan).find((address) => isTaken(scope, address));
  return taken === undefined
    ? []
    : [`name must give addresses that are free, but ${taken} is taken, got: "${name}"`];
}

function arnViolations(
  policy: NonNullable<ServiceAccountRoleProps["managedPolicyArns"]>[number],
  index: number,
): string[] {
  const what = `managedPolicyArns[${index}]`;
  if (typeof policy !== "string") {
    return [
      ...(Token.isUnresolved(policy.name) ? [`${what}.name must be known at synthesis`] : []),
      ...violations(`${what}.name`, policy.name, policyNameRules),
      ...violations(`${what}.arn`, policy.arn, policyArnRules),
    ];
  }
  const tail = policy.slice(policy.lastIndexOf("/") + 1);
  return Token.isUnresolved(tail)
    ? [`${what} must be { name, arn } when the policy's name is known to Terraform only`]
    : violations(what, policy, policyArnRules);
}

function rangeViolations(
  what: string,
  value: number | undefined,
  least: number,
  greatest: number,
): string[] {
  if (value === undefined || Token.isUnresolved(value)) return [];
  return Number.isInteger(value) && value >= least && value <= greatest
    ? []
    : [`${what} must be a whole number from ${least} to ${greatest}, got: ${value}`];
}

/** @see {@link https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags.html Tags for IAM resources} */
function tagViolations(tags: Readonly<Record<string, string>>): string[] {
  const entries = Object.entries(tags);
  return [
    ...most("tags must be at most", 50, entries.length),
    ...entries.flatMap(([key, value]) => [
      ...violations(`tag key`, key, tagRules(1, 128)),
      ...(/^aws:/i.test(key) ? [`tag key must not begin with aws:, got: "${key}"`] : []),
      ...violations(`tag ${key}`, value, tagRules(0, 256)),
    ]),
  ];
}

function tagRules(least: number, greatest: number): NameRule[] {
  return [
    {
      pattern: `^.{${least},${greatest}}$`,
      must: `be ${least} to ${greatest} characters long`,
    },
    {
      pattern: "^[A-Za-z0-9À-ÖØ-öø-ÿ _.:/=+@-]*$",
      must: "hold only letters, digits, spaces and the characters _.:/=+@-",
    },
  ];
}
