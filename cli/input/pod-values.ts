import type { RoleBinding } from "../../modules/cluster";
import { presentable } from "../io/presentable";
import type { Mistakes } from "./mistakes";
import { isObject } from "../io/json";
import { outputName } from "./terraform-output";
import type { TerraformSource } from "./terraform-source";

/** The list of ServiceAccounts and their roles, as an output without its name. */
export const serviceAccountsOutput = {
  single: "service_accounts",
  isSingle: (value: unknown) => Array.isArray(value) && value.every(isObject),
};

/** The map of the webhook, as an output without its name. */
export const webhookMapOutput = {
  single: "pod_identity_webhook_map",
  isSingle: (value: unknown) =>
    isObject(value) &&
    Object.entries(value).every(([name, entry]) => name.includes("/") && isObject(entry)),
};

/** The pods' region; it may be another than that of Terraform's resources. */
export function regionOf(
  { region }: { readonly region?: string },
  source: TerraformSource,
): string {
  const output = { property: "region", options: "--region", output: "aws_region" };
  return region ?? source.outputText(output);
}

/**
 * ServiceAccounts and their roles, from Terraform's output, with the audiences that roles trust instead
 * of the usual one. A ServiceAccount with several roles is a mistake: a pod assumes one.
 *
 * @param options those that can take its place, if any
 * @returns none when the output is missing, which is noted
 */
export function roleBindings(
  source: TerraformSource,
  mistakes: Mistakes,
  options?: string,
): readonly RoleBinding[] {
  const output = "service_accounts";
  const rows = source.rows(output, ["namespace", "name", "role_arn"], ["audience"]);
  if (rows === undefined) source.missing({ property: "roleBindings", options, output });
  const seen = new Set<string>();
  return (rows ?? []).map(({ namespace, name, role_arn: roleArn, audience }) => {
    const account = `${namespace}/${name}`;
    if (seen.has(account)) {
      mistakes.add(
        `${outputName(output)} has several roles for ${presentable(account)}, whose pods assume one`,
      );
    }
    seen.add(account);
    return { namespace, serviceAccountName: name, roleArn, audience };
  });
}

/**
 * ServiceAccounts and their roles, from the output that is made for the webhook's map: with a
 * namespace of `*` for every namespace, and with audiences.
 *
 * @returns none when the output is missing, which is noted
 */
export function webhookMapBindings(
  source: TerraformSource,
  mistakes: Mistakes,
): readonly RoleBinding[] {
  const output = "pod_identity_webhook_map";
  const value = source.value(output);
  if (value === undefined) {
    source.missing({ property: "roleBindings", output });
    return [];
  }
  mistakes.name("roleBindings", outputName(output));
  const entries = isObject(value) ? Object.entries(value) : [];
  if (entries.length === 0 || !entries.every(([, entry]) => isEntry(entry))) {
    mistakes.add(
      `${outputName(output)} must be a map of NAMESPACE/NAME to objects with RoleARN and Audience`,
    );
    return [];
  }
  return entries.map(([key, entry]) => binding(key, entry as MapEntry));
}

interface MapEntry {
  readonly RoleARN: string;
  readonly Audience?: string;
  readonly UseRegionalSTS?: boolean;
  readonly TokenExpiration?: number;
}

function isEntry(entry: unknown): boolean {
  if (!isObject(entry)) return false;
  const { RoleARN, Audience = "", UseRegionalSTS = true, TokenExpiration = 600 } = entry;
  return (
    typeof RoleARN === "string" &&
    typeof Audience === "string" &&
    typeof UseRegionalSTS === "boolean" &&
    typeof TokenExpiration === "number"
  );
}

function binding(key: string, entry: MapEntry): RoleBinding {
  const at = key.indexOf("/");
  return {
    namespace: key.slice(0, at),
    serviceAccountName: key.slice(at + 1),
    roleArn: entry.RoleARN,
    audience: entry.Audience,
    stsRegionalEndpoints: entry.UseRegionalSTS,
    tokenExpiration: entry.TokenExpiration,
  };
}
