import type { ApiServerArgs, IssuerProps } from "../../modules/cluster";
import type { Problems } from "./problems";
import type { TerraformOptions } from "./shared-options";
import type { TerraformSource } from "./terraform-source";

const publishedJwksUri = { member: "jwksUri", options: "--jwks-uri URL", output: "jwks_uri" };

/** What every kind of cluster is told, as options. */
export interface IssuerOptions extends TerraformOptions {
  readonly issuerUrl?: string;
  readonly jwksUri?: string | true;
  /** `false` when none is wanted. */
  readonly previousIssuer?: readonly string[] | false;
  readonly apiServerArg?: readonly string[];
}

/** The issuer, from the option or from Terraform's output. */
export function issuerUrlOf({ issuerUrl }: IssuerOptions, source: TerraformSource): string {
  return source.text(
    { member: "issuerUrl", options: "--issuer-url", output: "issuer_url" },
    issuerUrl,
  );
}

/** The issuer with what may accompany it. */
export function issuerValues(options: IssuerOptions, source: TerraformSource): IssuerProps {
  const { jwksUri, previousIssuer } = options;
  const trusted = source.rows("trusted_issuers", ["issuer_url"]) ?? [];
  return {
    issuerUrl: issuerUrlOf(options, source),
    previousIssuers:
      previousIssuer === false
        ? []
        : (previousIssuer ?? trusted.slice(1).map((row) => row.issuer_url)),
    jwksUri: jwksUri === true ? source.outputText(publishedJwksUri) : jwksUri,
  };
}

/** `FLAG=VALUE` by flag; the values of a flag that is repeated are a list. */
export function apiServerArgs(
  { apiServerArg: args = [] }: IssuerOptions,
  problems: Problems,
): ApiServerArgs {
  const flags = new Map<string, string | string[]>();
  for (const arg of args) {
    const [, flag, value] = /^([^=]+)=(.*)$/s.exec(arg) ?? [];
    if (flag === undefined || value === undefined) {
      problems.add(`--api-server-arg must be FLAG=VALUE, got: ${JSON.stringify(arg)}`);
      continue;
    }
    const former = flags.get(flag);
    flags.set(flag, former === undefined ? value : [former, value].flat());
  }
  return Object.fromEntries(flags);
}
