import type { ApiServerArgs, IssuerProps } from "../../modules/cluster";
import { formatValue } from "../../modules/validation";
import type { Mistakes } from "./mistakes";
import { isInSecretsManager } from "./signing-key";
import type { TerraformOptions } from "./shared-options";
import type { WantedOutputs } from "./terraform-output";
import type { TerraformSource } from "./terraform-source";

/** What every kind of cluster needs to know, as options. */
export interface IssuerOptions extends TerraformOptions {
  readonly issuerUrl?: string;
  readonly publishedJwksUri?: string | true;
  /** `false` when none is wanted. */
  readonly previousIssuer?: readonly string[] | false;
  readonly acceptedIssuer?: readonly string[];
  readonly extraApiServerArg?: readonly string[];
}

/** The issuer's outputs; a string without a name is the issuer's URL. */
export const issuerOutputs: WantedOutputs = {
  outputs: ["issuer_url", "jwks_uri", "trusted_issuers"],
  single: "issuer_url",
  isSingle: (value) => typeof value === "string" && value.startsWith("https://"),
};

/** The issuer, from the option or from Terraform's output. */
export function issuerUrlOf({ issuerUrl }: IssuerOptions, source: TerraformSource): string {
  return source.text(
    { property: "issuerUrl", options: "--issuer-url", output: "issuer_url" },
    issuerUrl,
  );
}

/** The issuer with what may accompany it. */
export function issuerValues(
  options: IssuerOptions,
  source: TerraformSource,
  mistakes: Mistakes,
): IssuerProps {
  const { publishedJwksUri, previousIssuer } = options;
  const trusted = source.rows("trusted_issuers", ["issuer_url"]) ?? [];
  const output = { property: "jwksUri", options: "--published-jwks-uri URL", output: "jwks_uri" };
  if (previousIssuer === undefined && trusted.length > 1) {
    mistakes.name("previousIssuers", "Terraform's output trusted_issuers");
  }
  return {
    issuerUrl: issuerUrlOf(options, source),
    previousIssuers:
      previousIssuer === false
        ? []
        : (previousIssuer ?? trusted.slice(1).map((row) => row.issuer_url)),
    acceptedIssuers: options.acceptedIssuer,
    jwksUri: publishedJwksUri === true ? source.outputText(output) : publishedJwksUri,
  };
}

/** `FLAG=VALUE` by flag; the values of a flag that is repeated are a list. */
export function extraApiServerArgs(
  { extraApiServerArg: args = [] }: IssuerOptions,
  mistakes: Mistakes,
): ApiServerArgs {
  const flags = new Map<string, string | string[]>();
  for (const arg of args) {
    const at = arg.indexOf("=");
    if (at < 1) {
      mistakes.add(`--extra-api-server-arg must be FLAG=VALUE, got ${formatValue(arg)}`);
      continue;
    }
    const [flag, value] = [arg.slice(0, at), arg.slice(at + 1)];
    const former = flags.get(flag);
    flags.set(flag, former === undefined ? value : [former, value].flat());
  }
  return Object.fromEntries(flags);
}

/** Whether an output is there that only a stack has whose key Terraform made, or reads. */
export function hasKeyMadeByTerraform(source: TerraformSource): boolean {
  return source.has("signing_key") || isInSecretsManager(source);
}
