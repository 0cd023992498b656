import { findKnownChart, type RoleBinding, buildServiceAccount } from "../../../modules/cluster";
import { Mistakes } from "../../input/mistakes";
import { readNamedCluster } from "../../input/named-cluster";
import { roleBindings, serviceAccountsOutput } from "../../input/pod-values";
import { bothGiven, TerraformSource } from "../../input/terraform-source";
import type { Action, Host } from "../../io/host";
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
const members = { namespace: "namespace", serviceAccountName: "name", roleArn: "role_arn" };
const wanted = { ...serviceAccountsOutput, outputs: ["service_accounts"] };

export const serviceAccounts: Action<ServiceAccountsOptions> = async (options, host) => {
  const mistakes = new Mistakes();
  const bindings = await chosen(options, mistakes, host);
  const { audience, annotationPrefix, stsRegionalEndpoints, tokenExpiration } = options;
  const settings = { annotationPrefix, stsRegionalEndpoints, tokenExpiration };
  const objects: object[] = [];
  for (const binding of bindings) {
    const manifest = await mistakes.attempt(() =>
      buildServiceAccount({ ...binding, ...settings, audience: audience ?? binding.audience }),
    );
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
  const cluster = isNeeded ? await readNamedCluster(options, host) : undefined;
  const source = await TerraformSource.read({ host, mistakes, options, wanted, isNeeded, cluster });
  if (!isGiven) {
    for (const [property, member] of Object.entries(members)) {
      mistakes.name(property, `Terraform's output service_accounts: ${member}`);
    }
    return roleBindings(source, mistakes, flags);
  }
  if (options.terraformOutput !== undefined) {
    mistakes.add(bothGiven(flags, "service_accounts"));
  }
  if (options.cluster !== undefined) {
    mistakes.add(`--cluster and ${flags} are both given: leave one out`);
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

/** Charts refuse to install over ServiceAccounts that they did not make. */
async function warnOfCharts(
  bindings: readonly RoleBinding[],
  annotationPrefix = "eks.amazonaws.com",
  host: Host,
): Promise<void> {
  const lines = bindings.flatMap((binding) => {
    const chart = findKnownChart(binding);
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
