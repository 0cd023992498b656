import { Command } from "commander";
import {
  certManager,
  type FailurePolicy,
  failurePolicyConsequence,
  podIdentityWebhook,
} from "../../../modules/cluster";
import { type AddOnsWay, addOnsWays, writeAddOns } from "../../output/add-ons-result";
import { regionOf, roleBindings } from "../../input/pod-values";
import { Problems } from "../../input/problems";
import * as shared from "../../input/shared-options";
import { TerraformSource } from "../../input/terraform-source";

interface Options extends shared.TerraformOptions, shared.OutOptions, shared.AnnotationOptions {
  readonly as: string;
  readonly region?: string;
  readonly failurePolicy?: string;
  readonly replicas?: number;
  readonly namespace?: string;
  readonly certManager: boolean;
  readonly tokenExpiration?: number;
  readonly excludedNamespace?: readonly string[];
  readonly webhookMap?: boolean;
}

export const addOnsCommand = new Command("add-ons")
  .summary("cert-manager and the pod identity webhook")
  .description(
    "write how cert-manager and the pod identity webhook are installed, with the Helm CLI, Flux or Argo CD",
  )
  .option(
    "--as <way>",
    "helm: values files in --out, and the commands on standard output; flux or argo-cd: manifests",
    "helm",
  )
  .option(
    "--out <directory>",
    "where to write; needed for helm (default for flux and argo-cd: standard output)",
  )
  .addOption(shared.terraformOutput())
  .addOption(shared.region())
  .option(
    "--failure-policy <policy>",
    `${failurePolicyConsequence.Ignore}\n${failurePolicyConsequence.Fail}\n(default: Ignore)`,
  )
  .addOption(
    shared.repeatable(
      "--excluded-namespace <namespace>",
      "a namespace whose pods the webhook leaves alone; may be repeated (default: none under Ignore; under Fail those that boot the webhook)",
    ),
  )
  .option("--replicas <count>", "of each controller (default: 2)", shared.number)
  .option("--namespace <namespace>", "of the webhook (default: pod-identity-webhook)")
  .option("--no-cert-manager", "cert-manager is there already, in the namespace cert-manager")
  .addOption(shared.audience("of the tokens (default: sts.amazonaws.com)"))
  .addOption(shared.tokenExpiration("86400"))
  .addOption(shared.annotationPrefix())
  .option(
    "--webhook-map",
    "give the webhook Terraform's service_accounts as its map, in place of annotations",
  )
  .addHelpText(
    "after",
    `
Example:
  irsa manifests add-ons --region eu-central-1 --out add-ons > install.sh
  sh install.sh`,
  )
  .action(async (options: Options) => {
    const problems = new Problems();
    const needsTerraform = options.region === undefined || options.webhookMap === true;
    const source = await TerraformSource.read(problems, options, needsTerraform);
    if (!addOnsWays.includes(options.as as AddOnsWay)) {
      problems.add(
        `--as must be one of ${addOnsWays.join(", ")}, got: ${JSON.stringify(options.as)}`,
      );
    }
    if (options.as === "helm" && options.out === undefined) {
      problems.add("--out is missing: the directory for the values files");
    }
    const cert = options.certManager
      ? await problems.attempt(() => certManager({ replicaCount: options.replicas }))
      : undefined;
    const props = {
      region: regionOf(options, source),
      audience: options.audience,
      tokenExpiration: options.tokenExpiration,
      failurePolicy: options.failurePolicy as FailurePolicy | undefined,
      excludedNamespaces: options.excludedNamespace,
      namespace: options.namespace,
      certManager: cert,
      replicaCount: options.replicas,
      annotationPrefix: options.annotationPrefix,
      roleBindings: options.webhookMap === true ? roleBindings(source) : undefined,
    };
    const webhook = await problems.complete(() => podIdentityWebhook(props));
    const releases = cert === undefined ? [webhook] : [cert, webhook];
    writeAddOns(releases, options.as as AddOnsWay, options.out);
  });
