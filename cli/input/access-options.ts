import { Option } from "commander";
import { clusterSource, output, type OutOptions } from "./shared-options";
import type { StackOutputOptions } from "./stack-outputs";

/** What both commands for access take. */
export interface AccessOptions extends OutOptions, StackOutputOptions {
  readonly cluster?: string;
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
    "the cluster's machine secrets: a secret of AWS Secrets Manager by ARN or name, a file, or - (default: the cluster's)",
  ),
  new Option("--region <region>", "of a secret by name (default: the environment's)"),
  new Option(
    "--profile <profile>",
    "of the AWS configuration (default: the cluster's, else the environment's)",
  ),
  new Option("--cluster-name <name>", "names the context (default: the cluster's name)"),
  new Option(
    "--valid-for <duration>",
    `how long the certificate is valid, from 5m to 365d (default: ${defaultValidity})`,
  ),
  ...clusterSource(),
  ...output(),
];
