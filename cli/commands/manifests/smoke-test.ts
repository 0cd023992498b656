import { Command } from "commander";
import { smokeTest, smokeTestAnswersText, toYaml } from "../../../modules/cluster";
import { regionOf, roleBindings } from "../../input/pod-values";
import { Problems } from "../../input/problems";
import { writeResult } from "../../output/result";
import * as shared from "../../input/shared-options";
import { TerraformSource } from "../../input/terraform-source";

interface Options extends shared.TerraformOptions, shared.OutOptions, shared.AnnotationOptions {
  readonly region?: string;
  readonly roleArn?: string;
  readonly namespace: string;
  readonly serviceAccount: string;
  readonly createNamespace?: boolean;
  readonly bucket?: string;
  readonly webhook: boolean;
  readonly image?: string;
}

const ownName = "irsa-smoke-test";

export const smokeTestCommand = new Command("smoke-test")
  .summary("a Job that asks AWS who it is")
  .description(
    "print a Job that asks AWS who it is and may list a bucket, with its ServiceAccount and namespace; and on standard error what its answers mean",
  )
  .addOption(shared.terraformOutput())
  .addOption(shared.region())
  .option(
    "--role-arn <arn>",
    "the role to assume (default: that of the ServiceAccount in Terraform's service_accounts)",
  )
  .option("--namespace <namespace>", "of ServiceAccount and Job", ownName)
  .option("--service-account <name>", "that the role trusts", ownName)
  .option(
    "--create-namespace",
    `make the namespace too, under the Pod Security standard restricted (default: for ${ownName} alone)`,
  )
  .option("--no-create-namespace", "the namespace is there already")
  .option("--bucket <name>", "a bucket to list, which the role must allow")
  .option("--no-webhook", "write role and token into the pod")
  .addOption(shared.audience("of the token (default: sts.amazonaws.com)"))
  .addOption(shared.annotationPrefix())
  .option("--image <image>", "with the AWS CLI (default: the one of AWS, pinned)")
  .addOption(shared.out())
  .addHelpText(
    "after",
    `
A Job does not change once made: delete it to run it again.

Example:
  irsa manifests smoke-test --region eu-central-1 \\
    --role-arn arn:aws:iam::111122223333:role/irsa-smoke-test --out smoke-test.yaml
  kubectl apply -f smoke-test.yaml
  kubectl logs -f job/irsa-smoke-test -n irsa-smoke-test --all-containers`,
  )
  .action(async (options: Options) => {
    const problems = new Problems();
    const isNeeded = options.region === undefined || options.roleArn === undefined;
    const source = await TerraformSource.read(problems, options, isNeeded);
    const props = {
      region: regionOf(options, source),
      roleArn: options.roleArn ?? roleOf(options, source, problems),
      namespace: options.namespace,
      serviceAccountName: options.serviceAccount,
      createNamespace: options.createNamespace ?? options.namespace === ownName,
      bucket: options.bucket,
      webhook: options.webhook,
      audience: options.audience,
      annotationPrefix: options.annotationPrefix,
      image: options.image,
    };
    const manifests = await problems.complete(() => smokeTest(props));
    writeResult(toYaml(manifests), options);
    process.stderr.write(smokeTestAnswersText());
  });

/** The role of the ServiceAccount in Terraform's output. */
function roleOf(
  { namespace, serviceAccount }: Options,
  source: TerraformSource,
  problems: Problems,
): string {
  const bindings = roleBindings(source, "--role-arn");
  const own = bindings.find(
    (binding) => binding.namespace === namespace && binding.serviceAccountName === serviceAccount,
  );
  if (own !== undefined) return own.roleArn;
  return problems.missing(
    "roleArn",
    bindings.length === 0
      ? undefined
      : `Terraform's output service_accounts has no role for ${namespace}/${serviceAccount}; or give --role-arn`,
  );
}
