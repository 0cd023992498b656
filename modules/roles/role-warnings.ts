import { matchesWildcard } from "../iam/wildcard";
import type { Finding } from "../validation";
import type { PolicyStatement } from "./policy-document";
import type { ServiceAccountRoleProps } from "./role-props";

/** What a warning about a role means and what to do, apart from the values. */
export const roleWarningRules = {
  anyServiceAccount: {
    code: "IRSA-ROLE-ANY-SERVICE-ACCOUNT",
    means: "Every ServiceAccount of the cluster may assume the role.",
    remedy: "Name the ServiceAccounts, or at least their namespace.",
  },
  anyNamespace: {
    code: "IRSA-ROLE-ANY-NAMESPACE",
    means: "A ServiceAccount of this name may assume the role from any namespace.",
    remedy: "Name the namespaces where not everybody who can make one may have the role.",
  },
  administrator: {
    code: "IRSA-ROLE-ADMINISTRATOR",
    means: "The role can change permissions in IAM, and so give itself all others.",
    remedy: "Name the actions that the pods need, or set permissionsBoundary.",
  },
  readsSecrets: {
    code: "IRSA-ROLE-READS-SECRETS",
    means:
      "The role can read every secret of the account, the private signing key among them: its pods can become every role of the cluster.",
    remedy: "Name the secrets, or deny secretsmanager:GetSecretValue on the signing key's.",
  },
  assumesRoles: {
    code: "IRSA-ROLE-ASSUMES-ANY",
    means: "The role can assume every role whose trust policy lets the account.",
    remedy: "Name the roles to assume.",
  },
} as const;

type Rule = (typeof roleWarningRules)[keyof typeof roleWarningRules];

/** AWS managed policies that do what a warning is about. */
const managed: Readonly<Record<string, keyof typeof roleWarningRules>> = {
  AdministratorAccess: "administrator",
  IAMFullAccess: "administrator",
  SecretsManagerReadWrite: "readsSecrets",
};

/**
 * What a role allows that hardly anybody means to. Warnings: the role is made all the same.
 *
 * @returns one finding for each rule, with the entry or action that it is about
 */
export function roleWarnings(
  props: Pick<
    ServiceAccountRoleProps,
    "awsManagedPolicies" | "inlineStatements" | "policies" | "serviceAccounts"
  >,
): Finding[] {
  const { awsManagedPolicies = [], inlineStatements = [], policies = [] } = props;
  const own = policies.flatMap(({ statements }) => statements?.("aws") ?? []);
  const statements = [...inlineStatements, ...own];
  const ofManaged = [
    ...awsManagedPolicies,
    ...policies.flatMap((policy) => policy.awsManaged ?? []),
  ];
  return [
    ...props.serviceAccounts.flatMap(accountWarnings),
    ...statements.flatMap(statementWarnings),
    ...ofManaged.flatMap((name) => {
      const rule = Object.hasOwn(managed, name) ? managed[name] : undefined;
      return rule === undefined ? [] : [warning(roleWarningRules[rule], name)];
    }),
  ];
}

function accountWarnings(entry: string): Finding[] {
  const [namespace = "", name = ""] = entry.split("/");
  if (!/^[*?]*[*][*?]*$/.test(namespace)) return [];
  const isAny = /^[*?]*[*][*?]*$/.test(name);
  return [warning(roleWarningRules[isAny ? "anyServiceAccount" : "anyNamespace"], entry)];
}

function statementWarnings({ effect, actions, resources, conditions }: PolicyStatement): Finding[] {
  if (effect === "Deny" || (conditions ?? []).length > 0) return [];
  if (
    !resources.some((resource) =>
      /^(\*|arn:[^:]*:[^:]*:[^:]*:[^:]*:(secret:|role\/)?\*)$/.test(resource),
    )
  )
    return [];
  // IAM ignores the case of actions.
  const found = (rule: Rule, ...wanted: readonly string[]) => {
    const action = actions.find((each) =>
      wanted.some((name) => matchesWildcard(name, each.toLowerCase())),
    );
    return action === undefined ? [] : [warning(rule, action)];
  };
  return [
    ...found(roleWarningRules.administrator, "iam:putrolepolicy", "iam:attachrolepolicy"),
    ...found(roleWarningRules.readsSecrets, "secretsmanager:getsecretvalue"),
    ...found(roleWarningRules.assumesRoles, "sts:assumerole"),
  ];
}

function warning({ code, means, remedy }: Rule, actual: string): Finding {
  return { code, severity: "warning", what: means, actual, remedy };
}
