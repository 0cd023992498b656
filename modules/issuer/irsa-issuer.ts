import { Fn, Token } from "cdktf";
import { Construct } from "constructs";
import { type DiscoveryDocument, discoveryDocument } from "../documents";
import { local } from "../terraform";
import { IdentityProvider } from "./identity-provider";
import { S3Hosting, type S3HostingProps } from "./s3-hosting";
import { type SecretProps, SigningKeySecret } from "./signing-key-secret";
import { type KeySource, SigningKeys } from "./signing-keys";

/** Props of {@link IrsaIssuer}. */
export interface IrsaIssuerProps {
  /** Where the discovery document and the JWKS are published. */
  readonly hosting: S3HostingProps;
  /**
   * The keys to publish, in order; the first generated one signs.
   * @default - one key named `key`, made by Terraform
   */
  readonly keys?: readonly KeySource[];
  /** Where the private key is kept if Terraform makes it. */
  readonly secret: SecretProps;
}

/**
 * Everything that makes AWS trust the ServiceAccount tokens of a cluster: signing keys, the two
 * published documents, the IAM identity provider, and the private key in Secrets Manager. The default
 * names of keys give the Terraform addresses of the module of the Talos documentation.
 *
 * @throws {InvalidPropsError} a prop that is known at synthesis breaks a rule
 */
export class IrsaIssuer extends Construct {
  /** The issuer URL: `iss` of the cluster's tokens and `service-account-issuer` of its API server. */
  readonly issuerUrl: string;
  /** The issuer without scheme, as in the condition keys of trust policies. */
  readonly issuerHostpath: string;
  /** Where relying parties read the JWKS. */
  readonly jwksUri: string;
  /** The ARN of the IAM identity provider. */
  readonly providerArn: string;
  /** The `kid` of each published key, in order. */
  readonly keyIds: string[];
  /** The ARN of the secret with the private signing key; undefined when Terraform makes no key. */
  readonly secretArn: string | undefined;

  constructor(scope: Construct, id: string, props: IrsaIssuerProps) {
    super(scope, id);
    const keys = new SigningKeys(this, "keys", { sources: props.keys ?? [{ name: "key" }] });
    const hosting = new S3Hosting(this, "hosting", props.hosting);
    const { issuerUrl, issuerHostpath, jwksUri } = hosting;
    const discovery = this.toJson(
      discoveryDocument({ issuer: issuerUrl, jwksUri, algorithms: keys.algorithms }),
    );
    const published = hosting.publish({ jwks: keys.jwks, discovery });

    this.issuerUrl = issuerUrl;
    this.issuerHostpath = issuerHostpath;
    this.jwksUri = jwksUri;
    this.keyIds = keys.keyIds;
    this.providerArn = new IdentityProvider(this, "provider", { issuerUrl, after: published }).arn;
    this.secretArn =
      keys.signingKey &&
      new SigningKeySecret(this, "secret", {
        ...props.secret,
        key: keys.signingKey,
        after: published,
      }).arn;
  }

  /** The same bytes at synthesis and at apply: Terraform's `jsonencode` sorts members. */
  private toJson(document: DiscoveryDocument): string {
    return Token.isUnresolved(document.issuer)
      ? local(this, "openid_configuration", Fn.jsonencode(document))
      : JSON.stringify(document);
  }
}
