import { Option } from "commander";
import { force, issuerUrl, oneOf, repeatable } from "../input/shared-options";
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
    repeatable(
      "--public-key-file <file>",
      "public keys to publish, in place of a configuration: PEM, JWK, JWKS or a Talos secrets.yaml, of which only the public half of the signing key is used, or - ; may be repeated",
    ),
    oneOf(
      "--key-id <source>",
      "kid of the keys of --public-key-file: computed as Kubernetes does, or as-given for an external signer (default: computed)",
      ["computed", "as-given"],
    ),
    issuerUrl(),
  ],
  help: `Example:
  irsa documents --out site

For keys that Terraform made:
  terraform output -json jwks | irsa documents --terraform-output - \\
    --issuer-url https://oidc.acme.example/prod --out site

For the key that a cluster has (sa.pub, or secrets.yaml of Talos, do as well):
  kubectl get --raw /openid/v1/jwks | irsa documents --public-key-file - \\
    --issuer-url https://oidc.acme.example/prod --out site`,
  load: async () => (await import("../actions/documents.ts")).documents,
};
