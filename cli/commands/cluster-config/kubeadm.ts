import { Command } from "commander";
import {
  defaultClusterIssuer,
  kubeadmClusterConfiguration,
  type KubeadmVersion,
  toYaml,
} from "../../../modules/cluster";
import { apiServerArgs, type IssuerOptions, issuerValues } from "../../input/issuer-values";
import { Problems } from "../../input/problems";
import { writeResult } from "../../output/result";
import * as shared from "../../input/shared-options";
import { TerraformSource } from "../../input/terraform-source";

interface Options extends IssuerOptions, shared.OutOptions {
  readonly apiVersion: string;
  readonly publicKeyFile?: readonly string[];
  readonly signingKeyFile?: string;
  readonly apiAudience?: readonly string[];
}

const [previousIssuer, noPreviousIssuer] = shared.previousIssuers();

export const kubeadmCommand = new Command("kubeadm")
  .summary("kubeadm: a part of the ClusterConfiguration")
  .description(
    "print the part of a kubeadm ClusterConfiguration that makes the cluster sign under the issuer that AWS knows",
  )
  .option(
    "--api-version <version>",
    "v1beta4 (Kubernetes 1.31 and later) or v1beta3, which repeats no flag",
    "v1beta4",
  )
  .addOption(shared.terraformOutput())
  .addOption(shared.issuerUrl())
  .addOption(shared.jwksUri())
  .addOption(previousIssuer)
  .addOption(noPreviousIssuer)
  .addOption(shared.publicKeyFiles())
  .option(
    "--signing-key-file <path>",
    "the private key on each control-plane node (default: /etc/kubernetes/pki/sa.key)",
  )
  .addOption(
    shared.apiAudiences(
      "an audience of the Kubernetes API, in place of the default: every issuer, which a change of the issuer needs",
    ),
  )
  .addOption(shared.apiServerArgs())
  .addOption(shared.out())
  .addHelpText(
    "after",
    `
A cluster that runs has signed as ${defaultClusterIssuer}:
name it with --previous-issuer, or its pods are refused by the Kubernetes API.

Example:
  terraform output -json | irsa cluster-config kubeadm \\
    --previous-issuer ${defaultClusterIssuer}`,
  )
  .action(async (options: Options) => {
    const problems = new Problems();
    const source = await TerraformSource.read(problems, options, options.issuerUrl === undefined);
    const props = {
      ...issuerValues(options, source),
      version: options.apiVersion as KubeadmVersion,
      publicKeyFiles: options.publicKeyFile,
      signingKeyFile: options.signingKeyFile,
      apiAudiences: options.apiAudience,
      extraApiServerArgs: apiServerArgs(options, problems),
    };
    const configuration = await problems.complete(() => kubeadmClusterConfiguration(props));
    writeResult(toYaml(configuration), options);
  });
