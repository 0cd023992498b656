import type { RoleBinding } from "../../../modules/cluster";
import type { Mistakes } from "../../input/mistakes";
import { isObject } from "../../io/json";
import type { TerraformSource } from "../../input/terraform-source";
import { presentable } from "../../io/presentable";

/** The options that decide in which namespaces the webhook changes pods. */
interface Exclusion {
  readonly failurePolicy?: string;
  readonly excludedNamespace?: readonly string[];
  readonly namespace?: string;
  readonly ebsCsiRoleArn?: string;
  readonly cloudControllerRoleArn?: string;
}

/**
 * Refuses the failure policy Fail where it would leave ServiceAccounts without credentials: the webhook
 * changes no pod of an excluded namespace, whether roles come from the map or from annotations.
 *
 * @param bindings of the map; without one, Terraform's list of ServiceAccounts counts if it is there
 * @returns the bindings of the map that the webhook reaches
 */
export function refuseOutOfReach(
  options: Exclusion,
  source: TerraformSource,
  bindings: readonly RoleBinding[] | undefined,
  mistakes: Mistakes,
): readonly RoleBinding[] | undefined {
  const excluded = outOfReach(options);
  const isExcluded = (name: string): boolean => excluded.includes(name.split("/")[0] ?? "");
  const accounts = (bindings?.map(nameOf) ?? listed(source)).filter(isExcluded);
  const served = tokensWrittenOut(options);
  const lost = accounts.filter((name) => !served.includes(name));
  const reached = bindings?.filter((binding) => !isExcluded(nameOf(binding)));
  if (lost.length === 0) return reached;
  mistakes.add(
    `the webhook changes no pod in ${excluded.map(presentable).join(", ")}, so that these ServiceAccounts would get no credentials: ${lost.map(presentable).join(", ")}; move them to another namespace, or use --failure-policy Ignore without --excluded-namespace`,
  );
  return reached;
}

/** Whether the webhook changes no pod of a namespace. */
export function isOutOfReach(namespace: string, options: Exclusion): boolean {
  return outOfReach(options).includes(namespace);
}

function outOfReach(options: Exclusion): readonly string[] {
  const { failurePolicy, excludedNamespace } = options;
  return excludedNamespace ?? (failurePolicy === "Fail" ? bootNamespaces(options) : []);
}

/** ServiceAccounts whose pods need no webhook: the releases beside it have their tokens in the values. */
function tokensWrittenOut({ ebsCsiRoleArn, cloudControllerRoleArn }: Exclusion): string[] {
  return [
    ...(ebsCsiRoleArn === undefined ? [] : ["kube-system/ebs-csi-controller-sa"]),
    ...(cloudControllerRoleArn === undefined ? [] : ["kube-system/cloud-controller-manager"]),
  ];
}

/** Names of roles that have ServiceAccounts, but no entry in the map. */
export function rolesOutsideTheMap(
  source: TerraformSource,
  bindings: readonly RoleBinding[],
): readonly string[] {
  const arns = source.value("role_arns");
  if (!isObject(arns)) return [];
  const mapped = new Set(bindings.map(({ roleArn }) => roleArn));
  return Object.entries(arns)
    .filter(([, arn]) => typeof arn === "string" && !mapped.has(arn))
    .map(([name]) => presentable(name));
}

/** As the webhook's own module excludes them under Fail. */
function bootNamespaces({ namespace = "pod-identity-webhook" }: Exclusion): string[] {
  return ["cert-manager", "kube-system", namespace];
}

function listed(source: TerraformSource): readonly string[] {
  const rows = source.rows("service_accounts", ["namespace", "name"]) ?? [];
  return rows.map(({ namespace, name }) => `${namespace}/${name}`);
}

function nameOf({ namespace, serviceAccountName }: RoleBinding): string {
  return `${namespace}/${serviceAccountName}`;
}
