import { Option } from "commander";
import * as shared from "../../input/shared-options";
import type { ServiceAccountsOptions } from "../../actions/manifests/service-accounts";
import type { Definition } from "../command";

export const serviceAccountsCommand: Definition<ServiceAccountsOptions> = {
  name: "service-accounts",
  summary: "ServiceAccounts with their roles in annotations",
  description:
    "print ServiceAccounts with their roles in annotations: those of Terraform's service_accounts, or one that options name",
  options: [
    ...shared.terraformOutput(),
    new Option(
      "--namespace <namespace>",
      "of one ServiceAccount, with --service-account-name and --role-arn",
    ),
    new Option("--service-account-name <name>", "of the ServiceAccount"),
    new Option("--role-arn <arn>", "of the role that its pods assume"),
    shared.audience("of the tokens (default: the webhook's)"),
    shared.tokenExpiration("the webhook's"),
    new Option(
      "--sts-regional-endpoints",
      "pods call STS in their own region (default: the webhook's)",
    ),
    new Option("--no-sts-regional-endpoints", "pods call the global STS"),
    shared.annotationPrefix(),
    ...shared.output(),
  ],
  help: `A Helm chart refuses ServiceAccounts that it did not make: for those of charts set the chart's
values (serviceAccount.annotations), or use irsa manifests add-ons --webhook-map.

Example:
  terraform output -json service_accounts | irsa manifests service-accounts | kubectl apply -f -`,
  load: async () => (await import("../../actions/manifests/service-accounts.ts")).serviceAccounts,
};
