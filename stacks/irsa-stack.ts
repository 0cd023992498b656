import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { ExternalProvider } from "@cdktf/provider-external/lib/provider";
import { TlsProvider } from "@cdktf/provider-tls/lib/provider";
import { LocalBackend, TerraformOutput, TerraformStack, TerraformVariable } from "cdktf";
import type { Construct } from "constructs";
import { IrsaIssuer } from "../modules/issuer";
import { bucketNameRules, secretNamePartRules } from "../modules/issuer/names";
import { type NameRule, type TerraformJson, toHclFiles, validate } from "../modules/terraform";

/** Ranges instead of the exact versions that the CDKTF packages were generated from. */
const requiredProviders = {
  aws: { source: "registry.terraform.io/hashicorp/aws", version: ">= 5.100.0, < 7.0.0" },
  tls: { source: "registry.terraform.io/hashicorp/tls", version: ">= 4.0" },
  external: { source: "registry.terraform.io/hashicorp/external", version: ">= 2.3" },
};

/**
 * The module of the Talos documentation as a stack: its three variables, its resources at its own
 * Terraform addresses, and outputs.
 */
export class IrsaStack extends TerraformStack {
  constructor(scope: Construct, id: string) {
    super(scope, id);
    const bucketName = this.variable(
      "bucket_name",
      "Name of the S3 bucket that publishes the OpenID discovery document and the JWKS.",
      bucketNameRules,
    );
    const clusterName = this.variable(
      "cluster_name",
      "Name of the cluster: the last part of the secret's name.",
      secretNamePartRules,
    );
    const secretPrefix = this.variable(
      "secret_prefix",
      "First part of the name of the secret that holds the private signing key.",
      secretNamePartRules,
    );

    new AwsProvider(this, "aws");
    new TlsProvider(this, "tls");
    new ExternalProvider(this, "external");
    this.addOverride("terraform.required_providers", requiredProviders);
    this.addOverride("terraform.required_version", ">= 1.5.0");
    // cdktf runs Terraform in cdktf.out/stacks/STACK, which is written anew: the state stays outside.
    new LocalBackend(this, { path: `../../../terraform.${id}.tfstate` });

    const issuer = new IrsaIssuer(this, "irsa", {
      hosting: { bucketName },
      secret: { name: `${secretPrefix}/${clusterName}` },
    });

    this.output(
      "issuer_hostpath",
      "Host and path of the issuer, as in the condition keys of trust policies.",
      issuer.issuerHostpath,
    );
    this.output(
      "issuer_url",
      "Issuer URL: service-account-issuer of the cluster's API server.",
      issuer.issuerUrl,
    );
    this.output("jwks_uri", "URL of the published JWKS.", issuer.jwksUri);
    this.output(
      "secret_arn",
      "ARN of the secret that holds the private signing key, base64-encoded as Talos takes it.",
      issuer.secretArn,
    );
    this.output(
      "oidc_provider_arn",
      "ARN of the IAM identity provider: the federated principal of trust policies.",
      issuer.providerArn,
    );
    this.output("key_ids", "Key IDs (kid) of the published keys, in order.", issuer.keyIds);
  }

  /** What `cdktf synth --hcl` writes. */
  override toHclTerraform(): { hcl: string; metadata: object } {
    const json = this.toTerraform() as TerraformJson;
    const { versions, variables, main, outputs } = toHclFiles(json);
    return {
      hcl: [versions, variables, main, outputs].filter((part) => part !== "").join("\n"),
      metadata: { "//": json["//"], terraform: json.terraform },
    };
  }

  private variable(name: string, description: string, rules: readonly NameRule[]): string {
    const variable = new TerraformVariable(this, name, {
      type: "string",
      description,
      nullable: false,
    });
    validate(variable, rules);
    return variable.stringValue;
  }

  private output(name: string, description: string, value: unknown): void {
    new TerraformOutput(this, name, { description, value, staticId: true });
  }
}
