import { Token } from "cdktf";
import type { Construct } from "constructs";
import { identifier, isTaken } from "../synthesis";
import {
  audienceRules,
  awsManagedPolicyRules,
  checkEach,
  checkList,
  checkRange,
  checkTags,
  checkText,
  checkUnique,
  constructIdRule,
  iamPathRules,
  maxManagedPoliciesRule,
  maxSessionDurationRule,
  maxTrustPolicyLengthRule,
  type NameRule,
  type Path,
  policyArnRules,
  policyNameRules,
  principalRules,
  roleDescriptionRules,
  roleNameRules,
  type Violation,
} from "../validation";
import { checkStatements, type PolicyLength } from "./policy-document";
import { type PlannedPolicy, rolePlan, type RolePlan, terraformAddresses } from "./role-plan";
import { checkRolePolicy } from "./role-policy";
import type { NamedPolicyArn, ServiceAccountRoleProps } from "./role-props";
import { checkServiceAccounts } from "./service-accounts";
import { checkIssuers } from "./trust-policy";

/** Characters that the inline policies of a role share, and that one managed policy may have. */
export const policyLimits = { inline: 10_240, standalone: 6_144 } as const;
/** What an account allows unless it has asked for more. */
export const defaultQuotas = { managedPolicies: 10, trustPolicyLength: 2048 } as const;

/** Violations of a role's props, each value by itself. */
export function propsViolations(props: ServiceAccountRoleProps): Violation[] {
  return [
    ...checkName(props.name),
    ...checkOptional(["roleName"], props.roleName, roleNameRules),
    ...checkServiceAccounts(
      ["serviceAccounts"],
      props.serviceAccounts,
      props.anyServiceAccount ?? false,
    ),
    ...primaryForViolations(props),
    ...checkEach(
      ["additionalTrustedPrincipals"],
      props.additionalTrustedPrincipals,
      principalRules,
    ),
    ...checkUnique(["additionalTrustedPrincipals"], props.additionalTrustedPrincipals),
    ...checkIssuers(["issuers"], props.issuers),
    ...checkList(["audiences"], props.audiences, audienceRules),
    ...(props.policies ?? []).flatMap((policy, index) =>
      checkRolePolicy(["policies", index], policy),
    ),
    ...checkEach(["awsManagedPolicies"], props.awsManagedPolicies, awsManagedPolicyRules),
    ...(props.managedPolicyArns ?? []).flatMap((policy, index) =>
      checkPolicyArn(["managedPolicyArns", index], policy),
    ),
    ...checkStatements(["inlineStatements"], props.inlineStatements ?? []),
    ...checkOptional(["inlinePolicyName"], props.inlinePolicyName, policyNameRules),
    ...checkOptional(["permissionsBoundary"], props.permissionsBoundary, policyArnRules),
    ...checkOptional(["path"], props.path, iamPathRules),
    ...checkRange(["maxSessionDuration"], props.maxSessionDuration, maxSessionDurationRule),
    ...checkTags(["tags"], props.tags),
    ...checkOptional(["description"], props.description, roleDescriptionRules),
    ...checkRange(["maxManagedPolicies"], props.maxManagedPolicies, maxManagedPoliciesRule),
    ...checkRange(["maxTrustPolicyLength"], props.maxTrustPolicyLength, maxTrustPolicyLengthRule),
  ];
}

/** Violations of all of it together: names that clash, quotas that are exceeded. */
export function planViolations(
  scope: Construct | undefined,
  props: ServiceAccountRoleProps,
  plan: RolePlan,
): Violation[] {
  const { inline, standalone } = plan;
  const { maxTrustPolicyLength = defaultQuotas.trustPolicyLength } = props;
  const ofInline = props.inlineStatements?.length ? "inlineStatements" : "policies";
  return [
    ...(scope === undefined ? [] : checkAddresses(scope, props.name, plan)),
    ...repeated([...inline, ...standalone], ({ name }) => identifier(name)),
    ...checkAttachments(props, plan),
    ...checkLength(
      ["serviceAccounts"],
      "must give a trust policy",
      plan.trustLength,
      maxTrustPolicyLength,
      ": name fewer ServiceAccounts or {issuers}, or raise {maxTrustPolicyLength} if the account's quota is higher",
    ),
    ...checkLength(
      [ofInline],
      "must give inline policies",
      totalLength(inline),
      policyLimits.inline,
      " together",
    ),
    ...standalone.flatMap(({ path, name, length }) => [
      ...checkLength(path, "must give a managed policy", length, policyLimits.standalone, ""),
      ...checkText(
        [...path, "name"],
        `${props.roleName ?? props.name}-${name}`,
        policyNameRules,
      ).map((violation) => ({
        ...violation,
        rule: violation.rule.replace("must", "with the role's name before it must"),
      })),
    ]),
  ];
}

/**
 * Violations of a role's props, wherever it is to be made; nothing is made.
 *
 * @returns one violation for each rule violated, at the path of the value itself
 * @example
 * roleViolations({ name: "app", serviceAccounts: ["Default/app"], issuers: [issuer] });
 * // [{ path: ["serviceAccounts", 0], rule: "must have a namespace of …", given: "Default/app" }]
 */
export function roleViolations(props: ServiceAccountRoleProps): Violation[] {
  return [...propsViolations(props), ...planViolations(undefined, props, rolePlan(props))];
}

/** The length of several policies together. */
export function totalLength(policies: readonly PlannedPolicy[]): PolicyLength {
  return {
    characters: policies.reduce((sum, { length }) => sum + length.characters, 0),
    isExact: policies.every(({ length }) => length.isExact),
  };
}

function checkLength(
  path: Path,
  rule: string,
  { characters, isExact }: PolicyLength,
  limit: number,
  advice: string,
): Violation[] {
  if (characters <= limit) return [];
  const what = `${rule} of at most ${limit} characters${advice}`;
  return [{ path, rule: what, given: isExact ? characters : `${characters} or more` }];
}

function primaryForViolations({
  primaryFor = [],
  serviceAccounts,
}: ServiceAccountRoleProps): Violation[] {
  return [
    ...primaryFor.flatMap((entry, index) =>
      serviceAccounts.includes(entry)
        ? []
        : [
            {
              path: ["primaryFor", index],
              rule: "must be an entry of {serviceAccounts}",
              given: entry,
            },
          ],
    ),
    ...checkUnique(["primaryFor"], primaryFor),
  ];
}

function checkOptional(
  path: Path,
  value: string | undefined,
  rules: readonly NameRule[],
): Violation[] {
  return value === undefined ? [] : checkText(path, value, rules);
}

function checkName(name: string): Violation[] {
  return Token.isUnresolved(name)
    ? [
        {
          path: ["name"],
          rule: "must be known at synthesis, for Terraform addresses; {roleName} need not be",
        },
      ]
    : checkText(["name"], name, [...roleNameRules, constructIdRule]);
}

/** Terraform JSON would silently keep one of two resources at the same address. */
function checkAddresses(scope: Construct, name: string, plan: RolePlan): Violation[] {
  const taken = terraformAddresses(name, plan).find((address) => isTaken(scope, address));
  return taken === undefined
    ? []
    : [{ path: ["name"], rule: `must give free addresses, but ${taken} is taken`, given: name }];
}

function checkAttachments(props: ServiceAccountRoleProps, plan: RolePlan): Violation[] {
  const { attachments, standalone } = plan;
  const { maxManagedPolicies = defaultQuotas.managedPolicies } = props;
  const count = attachments.length + standalone.length;
  const again = repeated(attachments, ({ policy }) => policy);
  return [
    ...again,
    ...(again.length > 0
      ? []
      : repeated([...attachments, ...standalone], ({ name }) => name && identifier(name))),
    ...(count > maxManagedPolicies
      ? [
          {
            path: [
              ["managedPolicyArns", "awsManagedPolicies"].find((prop) => prop in props) ??
                "policies",
            ],
            rule: `must give the role at most ${maxManagedPolicies} managed policies, those of other properties included; raise {maxManagedPolicies} if the account's quota is higher`,
            given: count,
          },
        ]
      : []),
  ];
}

/** Reports what gives the same as an earlier one, where it is asked for. */
function repeated<
  T extends { readonly path: Path; readonly name?: string; readonly given?: string },
>(items: readonly T[], identity: (item: T) => string | undefined): Violation[] {
  const seen = new Set<string>();
  return items.flatMap((item) => {
    const value = identity(item);
    if (value === undefined) return [];
    if (seen.has(value)) {
      return [
        { path: item.path, rule: "must not repeat another policy", given: item.given ?? item.name },
      ];
    }
    seen.add(value);
    return [];
  });
}

function checkPolicyArn(path: Path, policy: string | NamedPolicyArn): Violation[] {
  if (typeof policy !== "string") {
    return [
      ...(Token.isUnresolved(policy.name)
        ? [{ path: [...path, "name"], rule: "must be known at synthesis" }]
        : []),
      ...checkText([...path, "name"], policy.name, policyNameRules),
      ...checkText([...path, "arn"], policy.arn, policyArnRules),
    ];
  }
  const tail = policy.slice(policy.lastIndexOf("/") + 1);
  return Token.isUnresolved(tail)
    ? [{ path, rule: "must be { name, arn } when the policy's name is known to Terraform only" }]
    : checkText(path, policy, policyArnRules);
}
