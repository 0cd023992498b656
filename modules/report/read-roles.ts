import { redactKeyMaterial } from "../validation";
import { defined } from "./read-issuer";
import type {
  Condition,
  Principals,
  ReportedPolicy,
  ReportedRole,
  Statement,
  WebIdentity,
} from "./schema";
import type { CataloguePolicy, SynthesizedStack } from "./stack";
import { asBlock, asList, type Block, referredName, type Terraform } from "./terraform";

const webIdentityAction = "sts:AssumeRoleWithWebIdentity";

/** IAM's own, where the role says nothing. */
const defaultSession = 3600;

/** The roles of a stack, in the order of their names. */
export function readRoles(
  terraform: Terraform,
  { policies = {} }: Pick<SynthesizedStack, "policies">,
): ReportedRole[] {
  return terraform.resources("aws_iam_role").map(([address, role]) => {
    const name = terraform.text(role.name) ?? address;
    const trust = statementsOf(terraform, role.assume_role_policy);
    const { path = "/", max_session_duration: seconds } = role;
    const description = terraform.text(role.description);
    return defined({
      name,
      arn: `${terraform.text("arn:${data.aws_partition.current.partition}:iam::${data.aws_caller_identity.current.account_id}:role")}${String(path)}${name}`,
      description: description && redactKeyMaterial(description),
      maxSessionSeconds: typeof seconds === "number" ? seconds : defaultSession,
      permissionsBoundary: terraform.text(role.permissions_boundary),
      webIdentities: mergeWebIdentities(trust.flatMap((each) => webIdentities(terraform, each))),
      otherPrincipals: trust.flatMap((each) => otherPrincipals(terraform, each)),
      policies: readPolicies(terraform, address, name, policies[name] ?? []),
    });
  });
}

function statementsOf(terraform: Terraform, policy: unknown): Block[] {
  const name = referredName(policy, "data.aws_iam_policy_document", "json");
  const document = name === undefined ? {} : terraform.data("aws_iam_policy_document", name);
  return asList(document?.statement).map(asBlock);
}

function conditionsOf(terraform: Terraform, { condition }: Block): Condition[] {
  return asList(condition)
    .map(asBlock)
    .map(({ test, variable, values }) => ({
      test: String(test),
      variable: terraform.text(variable) ?? "",
      values: terraform.texts(values),
    }));
}

function principalsOf({ principals }: Block): Block[] {
  return asList(principals).map(asBlock);
}

function isWebIdentity({ actions, effect }: Block, { type }: Block): boolean {
  return effect !== "Deny" && type === "Federated" && asList(actions).includes(webIdentityAction);
}

function webIdentities(terraform: Terraform, statement: Block): WebIdentity[] {
  const conditions = conditionsOf(terraform, statement);
  const audiences = conditions.filter(
    ({ test, variable }) => test === "StringEquals" && variable.endsWith(":aud"),
  );
  const subjects = conditions.filter(
    ({ test, variable }) =>
      (test === "StringEquals" || test === "StringLike") && variable.endsWith(":sub"),
  );
  const accounts = subjects.flatMap(({ values }) => values.map(serviceAccountOf));
  return principalsOf(statement)
    .filter((principal) => isWebIdentity(statement, principal))
    .flatMap(({ identifiers }) => terraform.texts(identifiers))
    .map((provider) => ({
      provider,
      audiences: audiences.flatMap(({ values }) => values),
      serviceAccounts: subjects.length === 0 ? ["*/*"] : accounts,
      conditions: conditions.filter(
        (each) => !audiences.includes(each) && !subjects.includes(each),
      ),
    }));
}

/** `NAMESPACE/NAME` of the `sub` claim of a ServiceAccount's token; other claims as they are. */
function serviceAccountOf(subject: string): string {
  const [, namespace, name] = /^system:serviceaccount:([^:]*):(.*)$/.exec(subject) ?? [];
  if (namespace !== undefined) return `${namespace}/${name}`;
  return /^\*+$/.test(subject) ? "*/*" : subject;
}

/** Names and wildcards are in statements of their own, for one and the same issuer. */
function mergeWebIdentities(all: readonly WebIdentity[]): WebIdentity[] {
  const merged = new Map<string, WebIdentity>();
  for (const each of all) {
    const { serviceAccounts, ...rest } = each;
    const key = JSON.stringify(rest);
    const former = merged.get(key)?.serviceAccounts ?? [];
    merged.set(key, { ...each, serviceAccounts: [...former, ...serviceAccounts] });
  }
  return [...merged.values()];
}

function otherPrincipals(terraform: Terraform, statement: Block): Principals[] {
  if (statement.effect === "Deny") return [];
  return principalsOf(statement)
    .filter((principal) => !isWebIdentity(statement, principal))
    .map(({ type, identifiers }) => ({
      type: String(type),
      identifiers: terraform.texts(identifiers),
      actions: terraform.texts(statement.actions),
      conditions: conditionsOf(terraform, statement),
    }));
}

function readPolicies(
  terraform: Terraform,
  address: string,
  roleName: string,
  asked: readonly CataloguePolicy[],
): ReportedPolicy[] {
  const isOfRole = ([, { role }]: readonly [string, Block]) =>
    referredName(role, "aws_iam_role") === address;
  const inline = terraform
    .resources("aws_iam_role_policy")
    .filter(isOfRole)
    .map(([, { name, policy }]): ReportedPolicy => {
      const policyName = terraform.text(name) ?? "";
      return defined({
        name: policyName,
        type: "inline" as const,
        catalogue: asked.find((each) => each.name === policyName)?.name,
        statements: readStatements(terraform, policy),
      });
    });
  const attached = terraform
    .resources("aws_iam_role_policy_attachment")
    .filter(isOfRole)
    .map(([, { policy_arn: arn }]) => readAttached(terraform, arn, roleName, asked));
  return [...inline, ...attached];
}

function readAttached(
  terraform: Terraform,
  reference: unknown,
  roleName: string,
  asked: readonly CataloguePolicy[],
): ReportedPolicy {
  const made = referredName(reference, "aws_iam_policy", "arn");
  const policy = made === undefined ? undefined : terraform.resource("aws_iam_policy", made);
  if (policy !== undefined) {
    const name = terraform.text(policy.name) ?? "";
    return defined({
      name,
      type: "customer-managed" as const,
      catalogue: asked.find((each) => name === `${roleName}-${each.name}`)?.name,
      statements: readStatements(terraform, policy.policy),
    });
  }
  const arn = terraform.text(reference) ?? "";
  const [, owner, name = arn] = /^arn:[^:]*:iam::(.*?):policy\/(.*)$/.exec(arn) ?? [];
  const isOfAws = owner === "aws";
  return defined({
    name,
    type: isOfAws ? ("aws-managed" as const) : ("customer-managed" as const),
    arn,
    catalogue: isOfAws
      ? asked.find(({ awsManaged }) => awsManaged?.includes(name))?.name
      : undefined,
  });
}

function readStatements(terraform: Terraform, policy: unknown): Statement[] {
  return statementsOf(terraform, policy).map((statement) =>
    defined({
      sid: terraform.text(statement.sid),
      effect: statement.effect === "Deny" ? ("Deny" as const) : ("Allow" as const),
      actions: terraform.texts(statement.actions),
      resources: terraform.texts(statement.resources),
      conditions: conditionsOf(terraform, statement),
    }),
  );
}
