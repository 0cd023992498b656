import { Fn, Token } from "cdktf";
import { Construct } from "constructs";
import { type DiscoveryDocument, discoveryDocument } from "../documents";
import { assertValid, local } from "../terraform";
import { IdentityProvider, type Thumbprint } from "./identity-provider";
import { FunctionKeys, knownKeys, ProgramKeys, type PublishedKeys } from "./published-keys";
import { S3Hosting, type S3HostingProps } from "./s3-hosting";
import { type SecretProps, SigningKeySecret } from "./signing-key-secret";
import { type KeySource, SigningKeys } from "./signing-keys";

/**
 * What computes the JWKS of a key that Terraform makes: the project's Node program, or Terraform's own
 * functions, for runners without Node. Both give the same bytes.
 */
export type JwksComputation = "program" | "functions";

/** Props of {@link IrsaIssuer}. */
export interface IrsaIssuerProps {
  /** Where the discovery document and the JWKS are published. */
  readonly hosting: S3HostingProps;
  /**
   * The keys to publish, in order; the first generated one signs.
   * @default - one key named `key`, made by Terraform
   */
  readonly keys?: readonly KeySource[];
  /** @default "program" */
  readonly jwksComputation?: JwksComputation;
  /**
   * Where the private key is kept if Terraform makes it.
   * @default - none, for keys that are all given
   */
  readonly secret?: SecretProps;
  /** @default "certificate" */
  readonly thumbprint?: Thumbprint;
  /**
   * Tags of the bucket, the secret and the identity provider.
   * @default - no tags
   */
  readonly tags?: Readonly<Record<string, string>>;
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
    const { keys: sources = [{ name: "key" }], secret, tags, thumbprint } = props;
    assertValid(secretViolations(sources, secret));

    const keys = new SigningKeys(this, "keys", { sources });
    const hosting = new S3Hosting(this, "hosting", { tags, ...props.hosting });
    const { jwks, keyIds } = this.publishedKeys(keys, hosting, props.jwksComputation);
    const { issuerUrl, issuerHostpath, jwksUri } = hosting;
    const discovery = this.toJson(
      discoveryDocument({ issuer: issuerUrl, jwksUri, algorithms: keys.algorithms }),
    );
    const after = hosting.publish({ jwks, discovery });

    this.issuerUrl = issuerUrl;
    this.issuerHostpath = issuerHostpath;
    this.jwksUri = jwksUri;
    this.keyIds = keyIds;
    this.providerArn = new IdentityProvider(this, "provider", {
      issuerUrl,
      after,
      thumbprint,
      tags,
    }).arn;
    if (keys.signingKey !== undefined && secret !== undefined) {
      const kept = { ...secret, key: keys.signingKey, after, tags };
      this.secretArn = new SigningKeySecret(this, "secret", kept).arn;
    }
  }

  private publishedKeys(
    { publicKeys: keys }: SigningKeys,
    { bucket }: S3Hosting,
    computation: JwksComputation = "program",
  ): PublishedKeys {
    const known = keys.flatMap((key) => ("publicKeys" in key ? [...key.publicKeys] : []));
    if (keys.every((key) => "publicKeys" in key)) return knownKeys(known);
    return computation === "program"
      ? new ProgramKeys(this, "jwks", { keys })
      : new FunctionKeys(this, "jwks", { keys, bucket: bucket.id });
  }

  /** The same bytes at synthesis and at apply: Terraform's `jsonencode` sorts members. */
  private toJson(document: DiscoveryDocument): string {
    return Token.isUnresolved(document.issuer)
      ? local(this, "openid_configuration", Fn.jsonencode(document))
      : JSON.stringify(document);
  }
}

function secretViolations(
  sources: readonly KeySource[],
  secret: SecretProps | undefined,
): string[] {
  const generates = sources.some((source) => !("publicKeys" in source));
  if (generates && secret === undefined) {
    return [
      "secret must be given: Terraform makes a signing key, whose private half it keeps there",
    ];
  }
  if (sources.length > 0 && !generates && secret !== undefined) {
    return [
      "secret must be left out: all keys are given, so their private halves stay with their owner",
    ];
  }
  return [];
}
