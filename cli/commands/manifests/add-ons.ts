import { Option } from "commander";
import { addOnsWays } from "../../input/choices";
import * as shared from "../../input/shared-options";
import type { AddOnsOptions } from "../../actions/manifests/add-ons";
import type { Definition } from "../command";

export const addOnsCommand: Definition<AddOnsOptions> = {
  name: "add-ons",
  summary: "cert-manager, the pod identity webhook, and what Kubernetes needs in AWS",
  description:
    "write how cert-manager and the pod identity webhook, and with their roles the EBS CSI driver and the AWS cloud controller manager, are installed, in their order, with the Helm CLI, Flux or Argo CD",
  options: [
    shared
      .oneOf(
        "--as <way>",
        "helm: values files in --out, and the commands on standard output; flux or argo-cd: manifests",
        addOnsWays,
      )
      .default("helm"),
    new Option(
      "--out <directory>",
      "where to write; needed for helm without --json (default: standard output)",
    ),
    shared.force(),
    new Option(
      "--json",
      "helm: print releases, their charts and values as JSON, in place of commands; flux or argo-cd: write JSON in place of YAML",
    ),
    ...shared.terraformOutput(),
    ...shared.region(),
    shared.oneOf(
      "--failure-policy <policy>",
      "what happens to new pods while the webhook does not answer: under Ignore they start without AWS credentials; under Fail none starts outside the excluded namespaces, and none inside them ever gets credentials (default: Ignore)",
      ["Ignore", "Fail"],
    ),
    shared.repeatable(
      "--excluded-namespace <namespace>",
      "a namespace whose pods the webhook leaves alone; may be repeated (default: none under Ignore; under Fail those that boot the webhook)",
    ),
    new Option("--replica-count <count>", "of each controller (default: 2)").argParser(
      shared.wholeNumber,
    ),
    new Option("--namespace <namespace>", "of the webhook (default: pod-identity-webhook)"),
    new Option(
      "--no-cert-manager",
      "cert-manager is installed already, in the namespace cert-manager",
    ),
    shared.audience("of the tokens (default: sts.amazonaws.com)"),
    shared.tokenExpiration("86400"),
    shared.annotationPrefix(),
    new Option(
      "--webhook-map",
      "give the webhook Terraform's pod_identity_webhook_map, in place of annotations",
    ),
    new Option(
      "--ebs-csi-role-arn <arn>",
      "install the EBS CSI driver, too, with this role and the default storage class gp3",
    ),
    new Option(
      "--cloud-controller-role-arn <arn>",
      "install the AWS cloud controller manager, too, before anything else, with this role",
    ),
    new Option(
      "--cluster-name <name>",
      "of the tag kubernetes.io/cluster/NAME, for the cloud controller",
    ),
  ],
  help: `Example:
  irsa manifests add-ons --region eu-central-1 --out add-ons > install.sh
  sh install.sh

With the map, for the ServiceAccounts of charts:
  terraform output -json pod_identity_webhook_map | irsa manifests add-ons --webhook-map \\
    --region eu-central-1 --out add-ons > install.sh

With volumes of EBS:
  irsa manifests add-ons --region eu-central-1 --out add-ons \\
    --ebs-csi-role-arn arn:aws:iam::111122223333:role/prod-ebs-csi > install.sh`,
  load: async () => (await import("../../actions/manifests/add-ons.ts")).addOns,
};
