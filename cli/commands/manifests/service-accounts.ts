import { Command } from "commander";
import { type RoleBinding, serviceAccount, toYaml } from "../../../modules/cluster";
import { UsageError } from "../../errors";
import { roleBindings } from "../../input/pod-values";
import { Problems } from "../../input/problems";
import { writeResult } from "../../output/result";
import * as shared from "../../input/shared-options";
import { bothGiven, TerraformSource } from "../../input/terraform-source";

interface Options extends shared.TerraformOptions, shared.OutOptions, shared.AnnotationOptions {
  readonly namespace?: string;
  readonly name?: string;
  readonly roleArn?: string;
  readonly tokenExpiration?: number;
  readonly stsRegionalEndpoints?: boolean;
}

const flags = "--namespace, --name and --role-arn";

export const serviceAccountsCommand = new Command("service-accounts")
  .summary("ServiceAccounts with their roles in annotations")
  .description(
    "print ServiceAccounts with their roles in annotations: those of Terraform's service_accounts, or one that options name",
  )
  .addOption(shared.terraformOutput())
  .option("--namespace <namespace>", "of one ServiceAccount, with --name and --role-arn")
  .option("--name <name>", "of the ServiceAccount")
  .option("--role-arn <arn>", "of the role that its pods assume")
  .addOption(shared.audience("of the tokens (default: the webhook's)"))
  .addOption(shared.tokenExpiration("the webhook's"))
  .option("--sts-regional-endpoints", "pods call STS in their own region (default: the webhook's)")
  .option("--no-sts-regional-endpoints", "pods call the global STS")
  .addOption(shared.annotationPrefix())
  .addOption(shared.out())
  .addHelpText(
    "after",
    `
Example:
  terraform output -json | irsa manifests service-accounts | kubectl apply -f -`,
  )
  .action(async (options: Options) => {
    const problems = new Problems();
    const bindings = await chosen(options, problems);
    const { audience, annotationPrefix, stsRegionalEndpoints, tokenExpiration } = options;
    const settings = { audience, annotationPrefix, stsRegionalEndpoints, tokenExpiration };
    const manifests = [];
    for (const binding of bindings) {
      manifests.push(await problems.attempt(() => serviceAccount({ ...binding, ...settings })));
    }
    problems.assertNone();
    if (bindings.length === 0) throw new UsageError("Terraform's output service_accounts is empty");
    writeResult(toYaml(manifests.filter((manifest) => manifest !== undefined)), options);
  });

/** The ServiceAccount that options name, or those of Terraform's output. */
async function chosen(options: Options, problems: Problems): Promise<readonly RoleBinding[]> {
  const { namespace, name, roleArn } = options;
  const given = [namespace, name, roleArn].some((value) => value !== undefined);
  const source = await TerraformSource.read(problems, options, !given);
  if (!given) return several(roleBindings(source, flags), problems);
  if (options.terraformOutput !== undefined) {
    problems.add(bothGiven(flags, "service_accounts"));
  }
  const missing = (member: string, flag: string): string =>
    problems.missing(member, `${flag} is missing: ${flags} belong together`);
  return [
    {
      namespace: namespace ?? missing("namespace", "--namespace"),
      serviceAccountName: name ?? missing("serviceAccountName", "--name"),
      roleArn: roleArn ?? missing("roleArn", "--role-arn"),
    },
  ];
}

function several(bindings: readonly RoleBinding[], problems: Problems): readonly RoleBinding[] {
  const seen = new Set<string>();
  for (const { namespace, serviceAccountName } of bindings) {
    const name = `${namespace}/${serviceAccountName}`;
    if (seen.has(name)) {
      problems.add(
        `Terraform's output service_accounts has several roles for ${name}, whose annotation holds one`,
      );
    }
    seen.add(name);
  }
  return bindings;
}
