import { Command } from "commander";
import { type TalosForm, talosMachineConfigPatch } from "../../../modules/cluster";
import { readInput } from "../../output/files";
import { apiServerArgs, type IssuerOptions, issuerValues } from "../../input/issuer-values";
import { Problems } from "../../input/problems";
import { terminalRefusal, writeResult } from "../../output/result";
import * as shared from "../../input/shared-options";
import { TerraformSource } from "../../input/terraform-source";

interface Options extends IssuerOptions, shared.OutOptions {
  readonly talosVersion?: string;
  readonly generatedBy?: string;
  readonly form?: string;
  readonly privateKey?: string;
  readonly controlPlaneEndpoint?: string;
  readonly previousPublicKey?: readonly string[];
  readonly apiAudience?: readonly string[];
  readonly showPrivateKey?: boolean;
}

const [previousIssuer, noPreviousIssuer] = shared.previousIssuers();

export const talosCommand = new Command("talos")
  .summary("Talos: a machine-config patch for the control-plane nodes")
  .description(
    "print the machine-config patch that makes a Talos cluster sign under the issuer that AWS knows, for control-plane nodes alone; it holds the private key",
  )
  .option("--talos-version <version>", "the Talos that runs, such as 1.13; always needed")
  .option(
    "--generated-by <version>",
    "the Talos that generated the machine configuration (default: the one that runs)",
  )
  .option("--form <form>", "string, list or document (default: follows from the versions)")
  .addOption(shared.terraformOutput())
  .addOption(shared.issuerUrl())
  .option(
    "--private-key <file>",
    "the signing key in PEM, or base64 of it, in place of Terraform's signing_key",
  )
  .option(
    "--control-plane-endpoint <url>",
    "such as https://10.0.0.1:6443; needed in the form document and with --api-audience",
  )
  .addOption(shared.jwksUri())
  .addOption(previousIssuer)
  .addOption(noPreviousIssuer)
  .addOption(
    shared.repeatable(
      "--previous-public-key <file>",
      "a public key whose tokens stay valid for the Kubernetes API, in the form document; may be repeated",
    ),
  )
  .addOption(
    shared.apiAudiences("an audience of the Kubernetes API besides the control-plane endpoint"),
  )
  .addOption(shared.apiServerArgs())
  .option(
    "--out <file>",
    "where to write, readable by its owner alone (default: standard output, unless it is a terminal)",
  )
  .option("--show-private-key", "print even to a terminal")
  .addHelpText(
    "after",
    `
Example:
  terraform output -json | irsa cluster-config talos --talos-version 1.13 --out patch.yaml
  talosctl patch machineconfig --nodes CONTROL-PLANE-NODES --patch @patch.yaml`,
  )
  .action(async (options: Options) => {
    const problems = new Problems();
    const refusal = terminalRefusal(options);
    if (refusal !== undefined) problems.add(refusal);
    const source = await TerraformSource.read(problems, options, options.issuerUrl === undefined);
    const props = {
      ...issuerValues(options, source),
      talosVersion: options.talosVersion ?? problems.missing("talosVersion", versionMissing),
      generatedBy: options.generatedBy,
      form: options.form as TalosForm | undefined,
      privateKey: await privateKey(options, source, problems),
      controlPlaneEndpoint: options.controlPlaneEndpoint,
      previousPublicKeys: await readAll(options.previousPublicKey ?? [], problems),
      apiAudiences: options.apiAudience,
      extraApiServerArgs: apiServerArgs(options, problems),
    };
    const { yaml } = await problems.complete(() => talosMachineConfigPatch(props));
    writeResult(yaml, options, true);
  });

const versionMissing =
  "--talos-version is missing: the Talos that runs on the control plane, such as 1.13";

async function privateKey(
  { privateKey: file }: Options,
  source: TerraformSource,
  problems: Problems,
): Promise<string> {
  const text = source.text(
    { member: "privateKey", options: "--private-key", output: "signing_key" },
    file,
  );
  if (file === undefined) return text;
  return (await problems.attempt(() => readInput(file))) ?? problems.missing("privateKey");
}

/** The texts of the files that can be read. */
async function readAll(files: readonly string[], problems: Problems): Promise<string[]> {
  const texts = await Promise.all(files.map((file) => problems.attempt(() => readInput(file))));
  return texts.filter((text) => text !== undefined);
}
