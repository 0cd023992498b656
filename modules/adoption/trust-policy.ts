import {
  asMap,
  asStrings,
  conditionsOf,
  identityProvidersOf,
  type Json,
  statementsOf,
} from "../iam/policy-document";
import { hasWildcard } from "../iam/wildcard";
import { isSameSet } from "./same-policy";
import type { ExistingRole, Setup } from "./setup";

/** Who may assume a role, as `serviceAccountRoles` has it. */
export interface AdoptedTrust {
  readonly serviceAccounts: readonly string[];
  readonly additionalTrustedPrincipals: readonly string[];
  /** Undefined where the policy has no condition on the audience. */
  readonly audiences: readonly string[] | undefined;
}

/** Why something cannot be expressed; completes "the role NAME is left out: it …". */
export class Inexpressible extends Error {}

/** What a statement for tokens of the issuer asks for. */
interface TokenStatement {
  readonly subjects: readonly string[];
  readonly audiences: readonly string[] | undefined;
}

/**
 * What a trust policy says, in the terms of `irsa.yaml`.
 *
 * @throws {Inexpressible} it says something else, or more
 */
export function adoptTrust(role: ExistingRole, setup: Setup, providerArn: string): AdoptedTrust {
  const tokens: TokenStatement[] = [];
  const principals: string[] = [];
  for (const statement of statementsOf(role.trustPolicy)) {
    const { Effect, Principal, Action, Condition: _conditions, Sid: _id, ...rest } = statement;
    const others = Object.keys(rest);
    if (others.length > 0) throw new Inexpressible(`has a statement with ${others.join(", ")}`);
    if (Effect !== "Allow") throw new Inexpressible("has a statement that denies");
    const { Federated, AWS, ...services } = asMap(Principal);
    const actions = asStrings(Action).map((action) => action.toLowerCase());
    if (Object.keys(services).length > 0) {
      throw new Inexpressible(
        `trusts ${Object.values(services).flatMap(asStrings).join(", ")}, too`,
      );
    }
    if (Federated !== undefined && AWS === undefined) {
      const other = asStrings(Federated).find((arn) => arn !== providerArn);
      if (other !== undefined) throw new Inexpressible(`trusts ${other}, too`);
      assertAction(actions, "sts:AssumeRoleWithWebIdentity");
      tokens.push(tokenStatement(statement, setup));
    } else if (AWS !== undefined && Federated === undefined) {
      assertAction(actions, "sts:AssumeRole");
      principals.push(...principalsOf(asStrings(AWS), statement, role, setup));
    } else {
      throw new Inexpressible("trusts a principal of another kind");
    }
  }
  const [first] = tokens;
  if (first === undefined) throw new Inexpressible("trusts no token of the issuer");
  const isSame = tokens.every(({ audiences }) => isSameSet(audiences ?? [], first.audiences ?? []));
  if (!isSame) throw new Inexpressible("asks for other audiences in another statement");
  return {
    serviceAccounts: [...new Set(tokens.flatMap(({ subjects }) => subjects))],
    additionalTrustedPrincipals: [...new Set(principals)],
    audiences: first.audiences,
  };
}

function assertAction(actions: readonly string[], action: string): void {
  const other = actions.find((each) => each !== action.toLowerCase());
  if (other !== undefined) throw new Inexpressible(`allows ${other}, too`);
}

function tokenStatement(statement: Json, { issuerUrl }: Setup): TokenStatement {
  const hostpath = issuerUrl.slice("https://".length);
  const subjects: (readonly string[])[] = [];
  let audiences: string[] | undefined;
  for (const { operator, key, values } of conditionsOf(statement)) {
    const claim = key.toLowerCase().startsWith(`${hostpath.toLowerCase()}:`)
      ? key.slice(hostpath.length + 1)
      : "";
    const isLike = operator === "StringLike";
    if (!(isLike || operator === "StringEquals") || !/^(aud|sub)$/.test(claim)) {
      throw new Inexpressible(`has the condition ${operator} on ${key}`);
    }
    // StringEquals takes a wildcard for the character that it is, which no name contains.
    if (claim === "sub") {
      subjects.push(isLike ? values : values.filter((each) => !hasWildcard(each)));
    } else if (audiences === undefined && !values.some(hasWildcard)) {
      audiences = [...values].sort();
    } else {
      throw new Inexpressible(`has the condition ${operator} on ${key}`);
    }
  }
  const [only, ...others] = subjects;
  if (only === undefined) throw new Inexpressible("has no condition on sub: any pod may assume it");
  if (others.length > 0) throw new Inexpressible("has two conditions on sub at once");
  return { subjects: only.map(serviceAccountOf), audiences };
}

function serviceAccountOf(subject: string): string {
  const [, namespace, name] = /^system:serviceaccount:([^:]+):([^:]+)$/.exec(subject) ?? [];
  if (namespace === undefined) {
    throw new Inexpressible(`trusts the subject ${subject}, which is not one ServiceAccount's`);
  }
  return `${namespace}/${name}`;
}

function principalsOf(
  arns: readonly string[],
  statement: Json,
  { arn: own }: ExistingRole,
  { accountId, partition }: Setup,
): string[] {
  const rootOf = (account: string) => `arn:${partition}:iam::${account}:root`;
  const conditions = conditionsOf(statement);
  if (conditions.length > 0) {
    const isItself = conditions.every(
      ({ operator, key, values }) =>
        /^(Arn|String)(Equals|Like)$/.test(operator) &&
        key === "aws:PrincipalArn" &&
        isSameSet(values, [own]),
    );
    if (!isItself || !isSameSet(arns, [rootOf(accountId)])) {
      throw new Inexpressible(`trusts ${arns.join(", ")} under a condition`);
    }
    return ["self"];
  }
  return arns.map((arn) => {
    const [, account] = /^arn:[\w-]+:iam::(\d{12}):root$/.exec(arn) ?? [];
    return arn === own ? "self" : (account ?? arn);
  });
}

/** Whether a trust policy names an identity provider at all. */
export function trustsProvider(policy: unknown, providerArn: string): boolean {
  return statementsOf(policy).some((each) => identityProvidersOf(each).includes(providerArn));
}
