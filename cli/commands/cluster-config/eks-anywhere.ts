import { Command } from "commander";
import { eksAnywhere, stepsText, toYaml } from "../../../modules/cluster";
import { type IssuerOptions, issuerUrlOf } from "../../input/issuer-values";
import { Problems } from "../../input/problems";
import { writeResult } from "../../output/result";
import * as shared from "../../input/shared-options";
import { TerraformSource } from "../../input/terraform-source";

interface Options extends Pick<IssuerOptions, "issuerUrl" | "terraformOutput">, shared.OutOptions {
  readonly clusterName?: string;
}

export const eksAnywhereCommand = new Command("eks-anywhere")
  .summary("EKS Anywhere: a part of the cluster's specification")
  .description(
    "print the part of an EKS Anywhere cluster specification that names the issuer, and on standard error the order of work",
  )
  .option("--cluster-name <name>", "as in the specification; always needed")
  .addOption(shared.terraformOutput())
  .addOption(shared.issuerUrl())
  .addOption(shared.out())
  .addHelpText(
    "after",
    `
EKS Anywhere makes the signing key itself, so the cluster comes before the documents.

Example:
  irsa cluster-config eks-anywhere --cluster-name prod-eu \\
    --issuer-url https://s3.eu-central-1.amazonaws.com/acme-prod-eu-oidc`,
  )
  .action(async (options: Options) => {
    const problems = new Problems();
    const source = await TerraformSource.read(problems, options, options.issuerUrl === undefined);
    const issuerUrl = issuerUrlOf(options, source);
    const clusterName =
      options.clusterName ?? problems.missing("clusterName", "--cluster-name is missing");
    const { cluster, steps } = await problems.complete(() =>
      eksAnywhere({ clusterName, issuerUrl }),
    );
    writeResult(toYaml(cluster), options);
    process.stderr.write(stepsText(steps));
  });
