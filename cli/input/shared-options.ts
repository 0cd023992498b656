import { Argument, Option } from "commander";
import { distributions } from "./choices";

/** A cluster by its name, and where its stack is. */
export interface ClusterOptions {
  readonly cluster?: string;
  readonly config?: string;
  readonly stackDirectory?: string;
}

/** What Terraform's outputs are read from. */
export interface TerraformOptions extends ClusterOptions {
  readonly terraformOutput?: string;
  readonly stack?: string;
}

/** Where the result goes. */
export interface OutOptions {
  readonly out?: string;
  readonly force?: boolean;
  readonly json?: boolean;
}

/** How ServiceAccounts are annotated. */
export interface AnnotationOptions {
  readonly audience?: string;
  readonly annotationPrefix?: string;
}

/** The file to read. */
export const config = (): Option =>
  new Option(
    "--config <file>",
    "the configuration (default: $IRSA_CONFIG, else irsa.yaml); clusters/*.yaml beside it belong to it",
  );

/** A cluster of the configuration, in place of flags. */
export const cluster = (): Argument =>
  new Argument(
    "[cluster]",
    "a cluster of the configuration: what no flag says comes from there, and from the outputs of its stack",
  );

const stackDirectory = (): Option =>
  new Option(
    "--stack-directory <directory>",
    "where the cluster's stack has been applied; terraform (or TERRAFORM_BINARY_NAME) prints its outputs (default: cdktf.out/stacks/CLUSTER)",
  );

/** Where a cluster and the outputs of its stack are. */
export const clusterSource = (): readonly Option[] => [
  config(),
  stackDirectory(),
  new Option(
    "--terraform-output <file>",
    "the outputs of the cluster's stack, as `terraform output -json` prints them, or -, in place of running Terraform",
  ),
];

/** Names of stacks. */
export const stacks = (): Argument => new Argument("[stack...]", "stacks by name (default: all)");

/** A cluster of the configuration, or Terraform's outputs without one. */
export const terraformOutput = (): readonly Option[] => [
  new Option(
    "--cluster <name>",
    "a cluster of the configuration: what no flag says comes from there, and from the outputs of its stack",
  ),
  config(),
  stackDirectory(),
  new Option(
    "--terraform-output <file>",
    "what `terraform output -json` prints or `cdktf deploy --outputs-file` writes, or - (default: with --cluster, what Terraform prints in the stack's directory; else standard input, unless it is a terminal)",
  ),
  new Option("--stack <name>", "the stack, in a file of cdktf's with several"),
];

export const issuerUrl = (): Option =>
  new Option(
    "--issuer-url <url>",
    "the issuer that AWS trusts, in place of Terraform's issuer_url",
  );

/** The published JWKS and the issuers besides the present one, as the API server is to have them. */
export const apiServerIssuers = (): readonly Option[] => [
  new Option(
    "--published-jwks-uri [url]",
    "name the published JWKS in the API server's own discovery document (default URL: Terraform's jwks_uri)",
  ),
  repeatable(
    "--previous-issuer <url>",
    "an issuer whose tokens stay valid for the Kubernetes API; may be repeated (default: all but the first of Terraform's trusted_issuers)",
  ),
  new Option("--no-previous-issuer", "accept tokens of the present issuer alone"),
  repeatable(
    "--accepted-issuer <url>",
    "an issuer that the API server goes on accepting and AWS never sees, such as https://10.0.0.1:6443; may be repeated",
  ),
];

export const apiAudiences = (description: string): Option =>
  repeatable("--api-audience <audience>", `${description}; may be repeated`);

export const extraApiServerArgs = (): Option =>
  repeatable(
    "--extra-api-server-arg <flag=value>",
    "one more flag of the API server, such as oidc-client-id=kubernetes; may be repeated",
  );

export const publicKeyFiles = (): Option =>
  repeatable(
    "--public-key-file <path>",
    "a file on the control-plane nodes with public keys whose tokens stay valid; may be repeated",
  );

export const privateKeyOut = (): Option =>
  new Option(
    "--private-key-out <file>",
    "write the private key there too, in PEM, readable by its owner alone: Terraform's signing_key, or the secret in signing_key_secret_arn, which is read with your AWS credentials",
  );

export const annotationPrefix = (): Option =>
  new Option(
    "--annotation-prefix <prefix>",
    "of the annotations that the webhook looks for (default: eks.amazonaws.com)",
  );

export const audience = (what: string): Option => new Option("--audience <audience>", what);

export const tokenExpiration = (otherwise: string): Option =>
  new Option(
    "--token-expiration <seconds>",
    `lifetime of the tokens, from 600 to 86400 (default: ${otherwise})`,
  ).argParser(wholeNumber);

export const region = (): readonly Option[] => [
  new Option("--region <region>", "AWS region of the pods (default: Terraform's aws_region)"),
  new Option("--skip-region-validation", "the region is newer than this release"),
];

/** Where the result goes, and how it is written. */
export const output = (): readonly Option[] => [
  new Option("--out <file>", "where to write (default: standard output)"),
  force(),
  new Option("--json", "write JSON in place of YAML"),
];

/** The directory of the stacks, as CDKTF names it. */
export const outDirectory = (description: string): Option =>
  new Option("--out <directory>", description).default("cdktf.out");

export const force = (): Option =>
  new Option("--force", "replace files that exist with other content");

/** An option that may be given several times, or not at all. */
export function repeatable(flags: string, description: string): Option {
  return new Option(flags, description).argParser((value: string, previous: unknown) =>
    Array.isArray(previous) ? [...(previous as string[]), value] : [value],
  );
}

/** An option with known values: completion offers them, and the command itself reports others. */
export function oneOf(flags: string, description: string, values: readonly string[]): Option {
  return new Option(flags, description).choices(values).argParser((value: string) => value);
}

/** How long tokens live, and what the cluster runs, for plans to change its key or its issuer. */
export const platform = (one: "key" | "issuer"): readonly Option[] => [
  new Option(
    "--token-lifetime <duration>",
    "how long a token lives at most, from 10m to 365d (default: 24h)",
  ),
  new Option(
    "--hard-cut",
    `go on where the API server takes one ${one}: it refuses the tokens that pods have until they are renewed`,
  ),
  oneOf(
    "--distribution <name>",
    "what the cluster runs (default: what the configuration says)",
    distributions,
  ),
  new Option("--talos-version <version>", "the Talos that runs (default: the configuration's)"),
  new Option(
    "--kubernetes-version <version>",
    "of a kubeadm or k0s cluster (default: 1.31 or later, and 1.34.1 or later)",
  ),
];

/** Text that is not a whole number stays as it is: the rule of the property refuses and shows it. */
export function wholeNumber(text: string): number {
  return /^-?\d{1,15}$/.test(text) ? Number(text) : (text as unknown as number);
}
