import { Option } from "commander";
import { output, type OutOptions } from "./shared-options";

/** What both commands for access take. */
export interface AccessOptions extends OutOptions {
  readonly machineSecrets?: string;
  readonly region?: string;
  readonly profile?: string;
  readonly clusterName?: string;
  readonly validFor?: string;
}

/** How long a certificate is valid: nobody can revoke one. */
export const defaultValidity = "24h";

export const accessOptions = (): readonly Option[] => [
  new Option(
    "--machine-secrets <secret>",
    "the cluster's machine secrets: a secret of AWS Secrets Manager by ARN or name, a file, or -; always needed",
  ),
  new Option("--region <region>", "of a secret by name (default: the environment's)"),
  new Option("--profile <profile>", "of the AWS configuration (default: the environment's)"),
  new Option("--cluster-name <name>", "names the context; always needed"),
  new Option(
    "--valid-for <duration>",
    `how long the certificate is valid, from 5m to 365d (default: ${defaultValidity})`,
  ),
  ...output(),
];
