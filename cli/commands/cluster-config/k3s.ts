import { Command } from "commander";
import { defaultClusterIssuer, k3sConfig, toYaml } from "../../../modules/cluster";
import { apiServerArgs, type IssuerOptions, issuerValues } from "../../input/issuer-values";
import { Problems } from "../../input/problems";
import { writeResult } from "../../output/result";
import * as shared from "../../input/shared-options";
import { TerraformSource } from "../../input/terraform-source";

interface Options extends IssuerOptions, shared.OutOptions {
  readonly publicKeyFile?: readonly string[];
  readonly dataDir?: string;
}

const [previousIssuer, noPreviousIssuer] = shared.previousIssuers();

export const k3sCommand = new Command("k3s")
  .summary("k3s: a part of config.yaml")
  .description(
    "print the part of /etc/rancher/k3s/config.yaml, for each server node, that makes the cluster sign under the issuer that AWS knows",
  )
  .addOption(shared.terraformOutput())
  .addOption(shared.issuerUrl())
  .addOption(shared.jwksUri())
  .addOption(previousIssuer)
  .addOption(noPreviousIssuer)
  .addOption(shared.publicKeyFiles())
  .option("--data-dir <path>", "of k3s (default: /var/lib/rancher/k3s)")
  .addOption(shared.apiServerArgs())
  .addOption(shared.out())
  .addHelpText(
    "after",
    `
A cluster that runs has signed as ${defaultClusterIssuer}:
name it with --previous-issuer, or its pods are refused by the Kubernetes API.

Example:
  terraform output -json | irsa cluster-config k3s \\
    --previous-issuer ${defaultClusterIssuer}`,
  )
  .action(async (options: Options) => {
    const problems = new Problems();
    const source = await TerraformSource.read(problems, options, options.issuerUrl === undefined);
    const props = {
      ...issuerValues(options, source),
      publicKeyFiles: options.publicKeyFile,
      dataDir: options.dataDir,
      extraApiServerArgs: apiServerArgs(options, problems),
    };
    const config = await problems.complete(() => k3sConfig(props));
    writeResult(toYaml(config), options);
  });
