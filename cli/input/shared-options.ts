import { Option } from "commander";

/** What Terraform's outputs are read from. */
export interface TerraformOptions {
  readonly terraformOutput?: string;
}

/** Where the result goes. */
export interface OutOptions {
  readonly out?: string;
}

/** How ServiceAccounts are annotated. */
export interface AnnotationOptions {
  readonly audience?: string;
  readonly annotationPrefix?: string;
}

export const terraformOutput = (): Option =>
  new Option(
    "--terraform-output <file>",
    "what `terraform output -json` prints, or - (default: standard input, unless it is a terminal)",
  );

export const issuerUrl = (): Option =>
  new Option("--issuer-url <url>", "the issuer that AWS knows, in place of Terraform's issuer_url");

export const jwksUri = (): Option =>
  new Option(
    "--jwks-uri [url]",
    "name the published JWKS in the API server's own discovery document (URL by default: Terraform's jwks_uri)",
  );

/** Former issuers, and the way to do without those of Terraform's output. */
export const previousIssuers = (): readonly [Option, Option] => [
  repeatable(
    "--previous-issuer <url>",
    "an issuer whose tokens stay valid for the Kubernetes API; may be repeated (default: all but the first of Terraform's trusted_issuers)",
  ),
  new Option("--no-previous-issuer", "accept tokens of the present issuer alone"),
];

export const apiAudiences = (description: string): Option =>
  repeatable("--api-audience <audience>", `${description}; may be repeated`);

export const apiServerArgs = (): Option =>
  repeatable(
    "--api-server-arg <flag=value>",
    "one more flag of the API server, such as oidc-client-id=kubernetes; may be repeated",
  );

export const publicKeyFiles = (): Option =>
  repeatable(
    "--public-key-file <path>",
    "a file on the control-plane nodes with public keys whose tokens stay valid; may be repeated",
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
  ).argParser(number);

export const region = (): Option =>
  new Option("--region <region>", "AWS region of the pods (default: Terraform's aws_region)");

export const out = (): Option =>
  new Option("--out <file>", "where to write (default: standard output)");

/** An option that may be given several times, or not at all. */
export function repeatable(flags: string, description: string): Option {
  return new Option(flags, description).argParser((value: string, previous: unknown) =>
    Array.isArray(previous) ? [...(previous as string[]), value] : [value],
  );
}

/** Text that is no number stays as it is: the rule of the member refuses it, and shows it. */
export function number(text: string): number {
  return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : (text as unknown as number);
}
