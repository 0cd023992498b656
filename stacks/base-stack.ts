import { AwsProvider, type AwsProviderConfig } from "@cdktf/provider-aws/lib/provider";
import { CertRequest } from "@cdktf/provider-tls/lib/cert-request";
import { ExternalProvider } from "@cdktf/provider-external/lib/provider";
import { TlsProvider } from "@cdktf/provider-tls/lib/provider";
import {
  Fn,
  type Precondition,
  TerraformOutput,
  type TerraformResource,
  TerraformStack,
  TerraformVariable,
  type TerraformVariableConfig,
} from "cdktf";
import type { Construct } from "constructs";
import { encodePublicKey } from "../modules/cluster";
import type { IIrsaIssuer, IrsaIssuer } from "../modules/issuer";
import { TalosProvider, talosProviderVersion } from "../modules/talos";
import {
  addressOf,
  EphemeralResource,
  type TerraformJson,
  toHclFiles,
  usedProviders,
  validate,
} from "../modules/synthesis";
import { bucketNameRules, type NameRule, secretNamePartRules } from "../modules/validation";
import { Backend, type BackendProps } from "./backend";
import { s3Version } from "./backend-types";

interface ProviderRequirement {
  readonly Provider:
    typeof AwsProvider | typeof ExternalProvider | typeof TalosProvider | typeof TlsProvider;
  readonly required: { readonly source: string; readonly version: string };
}

/** Ranges, where the CDKTF packages pin the exact version that they were generated from. */
const providers: Readonly<Record<string, ProviderRequirement>> = {
  aws: {
    Provider: AwsProvider,
    required: { source: "hashicorp/aws", version: ">= 5.100.0, < 7.0.0" },
  },
  external: {
    Provider: ExternalProvider,
    required: { source: "hashicorp/external", version: ">= 2.3" },
  },
  talos: {
    Provider: TalosProvider,
    required: { source: "siderolabs/talos", version: talosProviderVersion },
  },
  tls: {
    Provider: TlsProvider,
    required: { source: "hashicorp/tls", version: ">= 4.0" },
  },
};

/** The least versions of the tls provider with ephemeral resources, and with a write-only key of a certificate request. */
const tlsVersions = { ephemeral: ">= 4.2", request: ">= 4.4" };

/** The least version with ephemeral resources and write-only arguments, of Terraform and of OpenTofu. */
const ephemeralVersion = ">= 1.11.0";

const secretFormats = { base64: "base64-encoded as Talos takes it", pem: "in PEM" };

/**
 * What every stack with an issuer has: providers as far as they are used, a backend, outputs.
 *
 * @example
 * class Prod extends ClusterStack {}
 * new Prod(new App(), "prod", {
 *   region: "eu-central-1",
 *   issuer: { issuerUrl: "https://oidc.example.org/prod" },
 * }) instanceof IssuerStack; // true
 */
export abstract class IssuerStack extends TerraformStack {
  constructor(scope: Construct, id: string, backend: BackendProps = { type: "local" }) {
    super(scope, id);
    new Backend(this, backend);
    // Lock files came with Terraform 1.10.
    const version = backend.type === "s3" ? s3Version : ">= 1.5.0";
    this.addOverride("terraform.required_version", version);
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

  /**
   * Adds the providers that the stack's resources come from; to be called when all are there.
   *
   * @param aws arguments of the AWS provider; the rest comes from its environment
   */
  protected addProviders(aws: AwsProviderConfig = {}): void {
    const used = usedProviders(this);
    for (const [name, { Provider, required }] of Object.entries(providers)) {
      if (!used.has(name)) continue;
      new Provider(this, name, name === "aws" ? aws : {});
      // Of its own: later overrides change it in place.
      this.addOverride(`terraform.required_providers.${name}`, { ...required });
    }
    const elements = this.node.findAll();
    if (!elements.some((each) => each instanceof EphemeralResource)) return;
    this.addOverride("terraform.required_version", ephemeralVersion);
    if (!used.has("tls")) return;
    const tls = elements.some((each) => each instanceof CertRequest) ? "request" : "ephemeral";
    this.addOverride("terraform.required_providers.tls.version", tlsVersions[tls]);
  }

  /**
   * Adds what every issuer gives.
   *
   * @param patch the Talos machine-config patch, if Terraform has all of it
   * @param patchPrecondition what must hold for the patch to be of use
   */
  protected addIssuerOutputs(
    issuer: IrsaIssuer,
    patch: string | undefined,
    patchPrecondition?: Precondition,
  ): void {
    this.addTrustOutputs(issuer);
    this.output("jwks_uri", "URL of the published JWKS.", issuer.jwksUri);
    if (Object.keys(issuer.issuerUrls).length > 1) {
      this.output(
        "issuer_urls",
        "URLs of the issuers that are published here, by name.",
        issuer.issuerUrls,
      );
    }
    if (issuer.secretVersionId !== undefined) {
      this.addSecretOutputs(issuer);
    } else if (issuer.secretArn !== undefined) {
      this.output(
        "secret_arn",
        `ARN of the secret that holds the private signing key, ${secretFormats[issuer.secretFormat]}.`,
        issuer.secretArn,
      );
    }
    this.output(
      "key_ids",
      "Key IDs (kid) of the published keys, in order.",
      publishedKeyIds(issuer),
    );
    if (patch !== undefined) {
      this.output(
        "talos_machine_config_patch",
        "Talos machine-config patch for control-plane nodes; holds the private key if Terraform makes it.",
        patch,
        { sensitive: true, precondition: patchPrecondition },
      );
    }
    if (issuer.signingKeyPem !== undefined) {
      this.output(
        "signing_key",
        "Private signing key: base64 of its PEM, as Talos' cluster.serviceAccount.key.",
        Fn.base64encode(issuer.signingKeyPem),
        { sensitive: true },
      );
    }
    if (issuer.otherPublicKeys.length > 0) {
      this.output(
        "other_public_keys",
        "Public keys in PEM that are published beside the one that signs.",
        issuer.otherPublicKeys.map((key) => (typeof key === "string" ? key : encodePublicKey(key))),
      );
    }
    if (issuer.distribution !== undefined) {
      this.output(
        "distribution_domain_name",
        "Domain name of the CloudFront distribution: target of the DNS record of a domain of your own.",
        issuer.distribution.domainName,
      );
      this.output(
        "distribution_hosted_zone_id",
        "Route 53 hosted zone ID of the CloudFront distribution, for an alias record.",
        issuer.distribution.hostedZoneId,
      );
    }
    if (issuer.bucketPolicyStatements !== undefined) {
      this.output(
        "bucket_policy",
        "What the owner of the bucket must add to its policy, so that the documents can be read.",
        issuer.bucketPolicyStatements,
      );
    }
  }

  /** Where the private key is that no output has; nobody shall fetch it before its public half is published. */
  private addSecretOutputs({ secretArn, secretVersionId, publication }: IrsaIssuer): void {
    this.output(
      "signing_key_secret_arn",
      "ARN of the secret that contains the private signing key: PEM, or base64 of it.",
      secretArn,
      { dependsOn: publication },
    );
    this.output(
      "signing_key_secret_version_id",
      "Version of the secret that contains the private signing key.",
      secretVersionId,
      { dependsOn: publication },
    );
  }

  /** What roles need to know of an issuer, wherever it is made. */
  protected addTrustOutputs(issuer: IIrsaIssuer): void {
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
    this.output(
      "oidc_provider_arn",
      "ARN of the IAM identity provider: the federated principal of trust policies.",
      issuer.providerArn,
    );
    this.output(
      "trusted_issuers",
      "Every issuer whose tokens roles should trust, the present one first: issuers of the module irsa-role.",
      issuer.trustedIssuers.map((trusted) => ({
        issuer_url: trusted.issuerUrl,
        issuer_hostpath: trusted.issuerHostpath,
        oidc_provider_arn: trusted.providerArn,
        audiences: trusted.audiences,
      })),
    );
  }

  /** The content of the two documents, for whoever publishes them. */
  protected addDocumentOutputs({ documents }: IrsaIssuer): void {
    this.output(
      "discovery_document",
      "OpenID discovery document, to be published at ISSUER/.well-known/openid-configuration.",
      documents.discovery,
    );
    this.output("jwks", "JWKS, to be published at ISSUER/keys.json.", documents.jwks);
  }

  /** The variable `bucket_name`. */
  protected bucketName(): string {
    return this.variable(
      "bucket_name",
      {
        type: "string",
        description:
          "Name of the S3 bucket that publishes the OpenID discovery document and the JWKS.",
      },
      bucketNameRules,
    ).stringValue;
  }

  /** The variables `cluster_name` and `secret_prefix`, as the names that have them in it. */
  protected clusterNames(): { readonly secretName: string; readonly parameterPath: string } {
    const cluster = this.variable(
      "cluster_name",
      { type: "string", description: "Name of the cluster: the last part of the secret's name." },
      secretNamePartRules,
    );
    const prefix = this.variable(
      "secret_prefix",
      {
        type: "string",
        description: "First part of the name of the secret that holds the private signing key.",
      },
      secretNamePartRules,
    );
    return {
      secretName: `${prefix.stringValue}/${cluster.stringValue}`,
      // Secrets may have characters in their names that parameters may not.
      parameterPath: `/self-hosted-irsa/${Fn.replace(cluster.stringValue, "/[^A-Za-z0-9_.-]/", "_")}`,
    };
  }

  protected variable(
    name: string,
    config: TerraformVariableConfig,
    rules: readonly NameRule[] = [],
  ): TerraformVariable {
    // An output may have the same name.
    const id = `variable-${name}`;
    const variable = new TerraformVariable(this, id, { nullable: false, ...config });
    variable.overrideLogicalId(name);
    validate(variable, rules);
    return variable;
  }

  protected output(
    name: string,
    description: string,
    value: unknown,
    {
      sensitive,
      precondition,
      dependsOn = [],
    }: {
      sensitive?: true;
      precondition?: Precondition;
      dependsOn?: readonly TerraformResource[];
    } = {},
  ): void {
    const output = new TerraformOutput(this, name, {
      description,
      value,
      sensitive,
      staticId: true,
    });
    // CDKTF writes templates, which are no references.
    if (dependsOn.length > 0) output.addOverride("depends_on", dependsOn.map(addressOf));
    if (precondition === undefined) return;
    // CDKTF takes the precondition of an output, but does not write it.
    output.addOverride("precondition", {
      condition: precondition.condition as unknown,
      error_message: precondition.errorMessage,
    });
  }
}

/**
 * Of a key that is in Secrets Manager alone, the IDs say whether it may be used: they are those of the JWKS that
 * was written, whatever a run that was interrupted has computed.
 */
function publishedKeyIds({ secretVersionId, publication, keyIds }: IrsaIssuer): string | string[] {
  const [jwks] = publication;
  return secretVersionId === undefined || jwks === undefined
    ? keyIds
    : `\${[for key in jsondecode(${addressOf(jwks)}.content).keys : key.kid if key.kid != ""]}`;
}
