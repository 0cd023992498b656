import { Argument, Option } from "commander";
import type { ImportOptions } from "../actions/import";
import * as shared from "../input/shared-options";
import type { Definition } from "./command";

export const importCommand: Definition<ImportOptions> = {
  name: "import",
  summary: "take over a set-up that exists",
  description:
    "look at an issuer that AWS trusts already, whoever made it, and write its configuration and Terraform's import blocks; nothing is changed in AWS",
  arguments: [new Argument("<cluster>", "a name for the cluster, which its stack gets, too")],
  options: [
    new Option(
      "--issuer-url <url>",
      "the issuer, as tokens have it; always needed (without it, those that the account trusts are listed)",
    ),
    new Option(
      "--region <region>",
      "AWS region of the cluster's resources (default: the bucket's, else that of the environment)",
    ),
    new Option("--profile <name>", "profile of the AWS credentials"),
    new Option(
      "--secret-id <id>",
      "name or ARN of the secret in Secrets Manager with the private key that signs: it is read now, to compare it with what is published, and by Terraform at each plan (default: the public keys alone)",
    ),
    new Option(
      "--out <directory>",
      "where to write: irsa.yaml, or clusters/CLUSTER.yaml beside one that exists (default: this directory)",
    ),
    shared.force(),
    new Option("--json", "report what was found and written as JSON"),
  ],
  help: `It reads the published documents, IAM and S3 (Get and List alone), and says what a plan will change, what
stays outside of Terraform, and what it could not read.

Example:
  irsa import prod --issuer-url https://s3.eu-central-1.amazonaws.com/acme-oidc`,
  load: async () => (await import("../actions/import.ts")).importCluster,
};
