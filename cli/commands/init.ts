import { Option } from "commander";
import type { InitOptions } from "../actions/init";
import { ciSystems, distributions, ownHostings } from "../input/choices";
import { oneOf } from "../input/shared-options";
import type { Definition } from "./command";

export const initCommand: Definition<InitOptions> = {
  name: "init",
  summary: "write a first irsa.yaml",
  description:
    "write a first configuration, asking on a terminal what no flag answers; a file that exists stays as it is",
  options: [
    new Option("--name <name>", "the cluster's name (default: prod)"),
    oneOf("--distribution <distribution>", "what the cluster runs (default: talos)", distributions),
    new Option("--region <region>", "AWS region; always needed"),
    new Option(
      "--account-id <id>",
      "AWS account; a plan in any other fails (default: not checked)",
    ),
    oneOf(
      "--hosting <hosting>",
      "where AWS reads the issuer's documents (default: s3-virtual-hosted)",
      ownHostings,
    ),
    new Option("--bucket <name>", "for the documents; needed unless they are self-published"),
    new Option("--issuer-url <url>", "where you publish the documents; needed with self-published"),
    new Option(
      "--public-key-file <file>",
      "the cluster's public key, relative to irsa.yaml; needed with eks-anywhere",
    ),
    new Option(
      "--secret-prefix <prefix>",
      "of the secret that keeps the signing key in Secrets Manager (default: irsa)",
    ),
    oneOf(
      "--ci <system>",
      "write jobs that plan each stack before a merge, and apply it afterwards (default: none)",
      ciSystems,
    ),
    new Option(
      "--state-bucket <name>",
      "an existing S3 bucket for Terraform's state; needed with --ci (default: state on this machine)",
    ),
    new Option("--cdktf", "write cdktf.json, for cdktf deploy"),
    new Option("--no-gitignore", "write no .gitignore"),
    new Option("--out <directory>", "where to write (default: this directory)"),
    new Option("--yes", "ask nothing: take the defaults"),
    new Option("--json", "report the files written as JSON"),
  ],
  help: `Example:
  irsa init --region eu-central-1 --bucket acme-prod-oidc --distribution talos`,
  load: async () => (await import("../actions/init.ts")).init,
};
