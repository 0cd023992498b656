import { asMap, identityProvidersOf } from "../iam/policy-document";
import { matchesWildcard } from "../iam/wildcard";
import { inspectWebIdentity, type RegisteredProvider, trustRules } from "../trust";
import type { Finding } from "../validation";
import type { IntendedRole, RoleEvidence } from "./evidence";
import { asObject, type Facts, parseObject, roleArnsIn } from "./facts";

/** A ServiceAccount and a role that it should be able to assume. */
export interface Assumption {
  readonly roleArn: string;
  /** `NAMESPACE/NAME`; made up where the configuration has a wildcard. */
  readonly serviceAccount: string;
  /** @default - there is no evidence of it */
  readonly role?: RoleEvidence;
}

/** Rules of the trust policy, which are looked at once a token is believed. */
const policyCodes = new Set<string>(
  (
    [
      "policyForm",
      "conditionOperator",
      "denied",
      "notAllowed",
      "principal",
      "action",
      "condition",
      "wildcard",
      "conditionKey",
      "undecided",
      "allowed",
    ] as const
  ).map((name) => trustRules[name].code),
);

/** The role that pods of the ServiceAccount in question use, or should: undefined where none is known. */
export function roleArnOf(facts: Facts): string | undefined {
  const { evidence, serviceAccount, prefix, dryRunPod, pods = [] } = facts;
  const annotated = serviceAccount?.annotations[`${prefix}/role-arn`];
  const [used] = [...(dryRunPod === undefined ? [] : [dryRunPod]), ...pods].flatMap(roleArnsIn);
  const known = [evidence.target.roleArn, annotated, used, intendedRolesOf(facts)[0]?.arn];
  return known.find((arn) => arn !== undefined && roleArnPattern.test(arn));
}

/** An ARN of a role, in parts. */
export const roleArnPattern =
  /^arn:(?<partition>aws[a-z-]*):iam::(?<account>\d{12}):role\/(?:[\w+=,.@-]+\/)*[\w+=,.@-]{1,64}$/;

/** The configured roles that name the ServiceAccount in question, its primary one first. */
export function intendedRolesOf({ intended, name }: Facts) {
  return name === undefined ? [] : rolesFor(name, intended?.roles ?? []);
}

/**
 * Roles that name a ServiceAccount, its primary one first.
 *
 * @param name `NAMESPACE/NAME`
 */
export function rolesFor(name: string, roles: readonly IntendedRole[]): IntendedRole[] {
  const named = roles.filter(({ serviceAccounts }) =>
    serviceAccounts.some((entry) => matchesWildcard(name, entry)),
  );
  const primary = named.filter(({ primaryFor = [] }) => primaryFor.includes(name));
  return [...primary, ...named.filter((role) => !primary.includes(role))];
}

/** What should be able to assume what: the ServiceAccount in question, else all that are configured. */
export function assumptionsOf(facts: Facts): Assumption[] {
  const { evidence, intended, name } = facts;
  const wanted = evidence.target.roleArn;
  const arn = roleArnOf(facts);
  const pairs =
    name === undefined
      ? (intended?.roles ?? []).flatMap((role) =>
          role.serviceAccounts.map((entry) => ({
            roleArn: role.arn,
            serviceAccount: entry.replaceAll("*", "x").replaceAll("?", "x"),
          })),
        )
      : [{ roleArn: arn, serviceAccount: name }];
  return pairs.flatMap(({ roleArn, serviceAccount }) => {
    if (roleArn === undefined || (wanted !== undefined && roleArn !== wanted)) return [];
    const role = facts.roles?.find((one) => one.arn === roleArn);
    return [{ roleArn, serviceAccount, ...(role !== undefined && { role }) }];
  });
}

/** The `sub` of a ServiceAccount's tokens, as conditions of a trust policy have it. @param name `NAMESPACE/NAME` */
export function subjectOf(name: string): string {
  return `system:serviceaccount:${name.replace("/", ":")}`;
}

/** Values of a token that a policy is asked about. */
export interface Asked {
  /** @default - that of the assumption */
  readonly sub?: string;
  /** @default - the one that the provider takes */
  readonly aud?: string;
}

/**
 * What IAM says to an assumption, provided that STS believes the token.
 *
 * @returns none where the trust policy or the provider is not known
 */
export function evaluate({ role, ...assumption }: Assumption, facts: Facts, asked: Asked = {}) {
  const provider = providerFor(assumption.roleArn, facts);
  if (role?.trustPolicy === undefined || provider === undefined) return [];
  const given = facts.token?.claims.aud;
  const [audience] = (Array.isArray(given) ? given : [given]) as unknown[];
  const believed =
    typeof audience === "string" && provider.clientIds.includes(audience)
      ? audience
      : facts.audience;
  const { aud = believed, sub = subjectOf(assumption.serviceAccount) } = asked;
  const claims = { iss: provider.url, sub, aud, exp: 0 };
  const findings: Finding[] = inspectWebIdentity({
    token: { header: { alg: "RS256" }, claims },
    provider: { ...provider, clientIds: [aud] },
    trustPolicy: aboutProvider(role.trustPolicy, provider.arn),
  });
  const isUndecided = findings.some(({ code }) => code === trustRules.undecided.code);
  return findings.filter(
    ({ code }) => policyCodes.has(code) && !(isUndecided && code === trustRules.notAllowed.code),
  );
}

/** A policy without what it allows to other providers, such as other clusters', if it names this one. */
function aboutProvider(policy: unknown, arn: string): unknown {
  const object = typeof policy === "string" ? parseObject(policy) : asObject(policy);
  if (object === undefined || !Array.isArray(object.Statement)) return policy;
  const statements: unknown[] = object.Statement;
  const names = (statement: unknown) => identityProvidersOf(asMap(statement)).includes(arn);
  if (!statements.some(names)) return policy;
  return {
    ...object,
    Statement: statements.filter((one) => names(one) || asObject(one)?.Effect === "Deny"),
  };
}

/** Whether IAM lets it; undefined where that cannot be decided. */
export function isAllowed(
  assumption: Assumption,
  facts: Facts,
  asked?: Asked,
): boolean | undefined {
  const findings = evaluate(assumption, facts, asked);
  if (findings.length === 0) return undefined;
  if (findings.some(({ code }) => code === trustRules.allowed.code)) return true;
  return findings.some(({ code }) => code === trustRules.undecided.code) ? undefined : false;
}

/** The issuer's identity provider in the account of a role, whether or not it was seen. */
export function providerFor(roleArn: string, facts: Facts): RegisteredProvider | undefined {
  const { provider, issuerUrl, hostpath, intended } = facts;
  const { partition, account } = roleArnPattern.exec(roleArn)?.groups ?? {};
  if (issuerUrl === undefined || partition === undefined || account === undefined) return undefined;
  const arn = `arn:${partition}:iam::${account}:oidc-provider/${hostpath}`;
  if (provider !== undefined) return { ...provider, arn };
  return { arn, url: issuerUrl, clientIds: intended?.audiences ?? [facts.audience] };
}
