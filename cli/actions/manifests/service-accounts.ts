import { knownChart, type RoleBinding, serviceAccount } from "../../../modules/cluster";
import { Mistakes } from "../../input/mistakes";
import { roleBindings, serviceAccountsOutput } from "../../input/pod-values";
import { bothGiven, TerraformSource } from "../../input/terraform-source";
import type { Action, Host } from "../../io/host";
import { presentable } from "../../io/presentable";
import { UsageError } from "../../io/usage-error";
import { writeResult } from "../../output/result";
import type { TerraformOptions, OutOptions, AnnotationOptions } from "../../input/shared-options";

/** Options of the command. */
export interface ServiceAccountsOptions extends TerraformOptions, OutOptions, AnnotationOptions {
  readonly namespace?: string;
  readonly serviceAccountName?: string;
  readonly roleArn?: string;
  readonly tokenExpiration?: number;
  readonly stsRegionalEndpoints?: boolean;
}

const flags = "--namespace, --service-account-name and --role-arn";
const wanted = { ...serviceAccountsOutput, outputs: ["service_accounts"] };

export const serviceAccounts: Action<ServiceAccountsOptions> = async (options, host) => {
  const mistakes = new Mistakes();
  const bindings = await chosen(options, mistakes, host);
  const { audience, annotationPrefix, stsRegionalEndpoints, tokenExpiration } = options;
  const settings = { audience, annotationPrefix, stsRegionalEndpoints, tokenExpiration };
  const objects: object[] = [];
  for (const binding of bindings) {
    const manifest = await mistakes.attempt(() => serviceAccount({ ...binding, ...settings }));
    if (manifest !== undefined) objects.push(manifest);
  }
  mistakes.assertNone();
  if (bindings.length === 0) throw new UsageError("Terraform's output service_accounts is empty");
  await writeResult({ objects }, options, host);
  await warnOfCharts(bindings, annotationPrefix, host);
};

/** The ServiceAccount that options name, or those of Terraform's output. */
async function chosen(
  options: ServiceAccountsOptions,
  mistakes: Mistakes,
  host: Host,
): Promise<readonly RoleBinding[]> {
  const { namespace, serviceAccountName, roleArn } = options;
  const isGiven = [namespace, serviceAccountName, roleArn].some((value) => value !== undefined);
  const isNeeded = !isGiven;
  const source = await TerraformSource.read({ host, mistakes, options, wanted, isNeeded });
  if (!isGiven) return several(roleBindings(source, flags), mistakes);
  if (options.terraformOutput !== undefined) {
    mistakes.add(bothGiven(flags, "service_accounts"));
  }
  const missing = (property: string, flag: string): string =>
    mistakes.missing(property, `${flag} is missing: ${flags} belong together`);
  return [
    {
      namespace: namespace ?? missing("namespace", "--namespace"),
      serviceAccountName:
        serviceAccountName ?? missing("serviceAccountName", "--service-account-name"),
      roleArn: roleArn ?? missing("roleArn", "--role-arn"),
    },
  ];
}

function several(bindings: readonly RoleBinding[], mistakes: Mistakes): readonly RoleBinding[] {
  const output = "Terraform's output service_accounts";
  mistakes.name("namespace", `${output}: namespace`);
  mistakes.name("serviceAccountName", `${output}: name`);
  mistakes.name("roleArn", `${output}: role_arn`);
  const seen = new Set<string>();
  for (const { namespace, serviceAccountName } of bindings) {
    const name = `${namespace}/${serviceAccountName}`;
    if (seen.has(name)) {
      mistakes.add(
        `${output} has several roles for ${presentable(name)}, whose annotation takes one`,
      );
    }
    seen.add(name);
  }
  return bindings;
}

/** Charts refuse to install over ServiceAccounts that they did not make. */
async function warnOfCharts(
  bindings: readonly RoleBinding[],
  annotationPrefix = "eks.amazonaws.com",
  host: Host,
): Promise<void> {
  const lines = bindings.flatMap((binding) => {
    const chart = knownChart(binding);
    if (chart === undefined) return [];
    const { namespace, serviceAccountName, roleArn } = binding;
    return [
      `  ${namespace}/${serviceAccountName} (${chart.name}): ${chart.annotations}: { ${annotationPrefix}/role-arn: ${roleArn} }`,
    ];
  });
  if (lines.length === 0) return;
  await host.note(
    `Warning: Helm charts make these ServiceAccounts and refuse to install over them. Leave them out, and set the chart's values (or use irsa manifests add-ons --webhook-map):\n${lines.join("\n")}`,
  );
}
