import { Option } from "commander";
import { force, issuerUrl } from "../input/shared-options";
import type { DocumentsOptions } from "../actions/documents";
import type { Definition } from "./command";

export const documentsCommand: Definition<DocumentsOptions> = {
  name: "documents",
  summary: "the two documents of a self-published issuer",
  description:
    "write the two documents of a self-published issuer as files, to be published at its URL",
  options: [
    new Option(
      "--out <directory>",
      "where to write; what is below it belongs below the issuer URL; always needed",
    ),
    force(),
    new Option("--json", "report the files written as JSON"),
    new Option("--config <file>", "configuration (default: IRSA_CONFIG, or irsa.yaml)"),
    new Option("--cluster <name>", "which cluster of the configuration, if there are several"),
    new Option(
      "--terraform-output <file>",
      "what `terraform output -json` or `terraform output -json jwks` prints, or - ; for keys that Terraform made",
    ),
    new Option("--stack <name>", "the stack, in a file of cdktf's with several"),
    issuerUrl(),
  ],
  help: `Example:
  irsa documents --out site

For keys that Terraform made:
  terraform output -json jwks | irsa documents --terraform-output - \\
    --issuer-url https://oidc.acme.example/prod --out site`,
  load: async () => (await import("../actions/documents.ts")).documents,
};
