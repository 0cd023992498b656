import type { CloudfrontDistribution } from "@cdktf/provider-aws/lib/cloudfront-distribution";
import type { IamOpenidConnectProvider } from "@cdktf/provider-aws/lib/iam-openid-connect-provider";
import type { S3Bucket } from "@cdktf/provider-aws/lib/s3-bucket";
import type { S3Object } from "@cdktf/provider-aws/lib/s3-object";
import type { SecretsmanagerSecret } from "@cdktf/provider-aws/lib/secretsmanager-secret";
import type { PrivateKey } from "@cdktf/provider-tls/lib/private-key";
import { ref, TerraformStack, Token } from "cdktf";
import { Construct } from "constructs";
import type { PublicJwk } from "../documents";
import { addressOf, nameByPath, Removed } from "../synthesis";
import { assertValid } from "../validation";
import { DeletionProtection } from "./deletion-protection";
import { ExistingIssuer, ImportedIssuer, type IrsaIssuerAttributes } from "./existing-issuer";
import type { DocumentHosting } from "./hosting";
import type { IdentityProviderOptions } from "./identity-provider";
import { type IIrsaIssuer, IssuerBase, type IssuerIdentity } from "./issuer-base";
import { defaultKeys, type IrsaIssuerProps, issuerViolations } from "./issuer-props";
import {
  defaultIssuerName,
  type HostedIssuer,
  IssuerPublication,
  issuerScope,
  type PublishedIssuer,
} from "./issuer-publication";
import { protectIssuer } from "./issuer-protection";
import { FunctionKeys, knownKeys, ProgramKeys, type PublishedKeys } from "./keys/published-keys";
import { type SecretOfKey, SigningKeys } from "./keys/signing-keys";
import { isElsewhere, isHosted, trustPreviousIssuer } from "./previous-issuers";
import { generatedSecretName, SigningKeySecret } from "./signing-key-secret";

/**
 * Everything that makes AWS trust the ServiceAccount tokens of a cluster: signing keys, the two
 * published documents, the IAM identity provider, and the private key in Secrets Manager.
 *
 * @throws {InvalidPropsError} with every rule that the props violate; nothing has been made
 *
 * @example
 * const issuer = new IrsaIssuer(this, "irsa", {
 *   hosting: Hosting.s3({ bucket: "acme-prod-oidc", publicBy: "policy" }),
 *   secret: { name: "talos/prod" },
 * });
 * issuer.addServiceAccountRole("ebs-csi", {
 *   name: "ebs-csi",
 *   serviceAccounts: ["kube-system/ebs-csi-controller-sa"],
 * });
 */
export class IrsaIssuer extends IssuerBase {
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
  /** The IAM identity provider. */
  readonly identityProvider: IamOpenidConnectProvider;
  /** The bucket of the documents, if it is made here. */
  readonly bucket: S3Bucket | undefined;
  /** The CloudFront distribution, if there is one. */
  readonly distribution: CloudfrontDistribution | undefined;
  /** The key pair that signs, if Terraform keeps it in its state. */
  readonly privateKey: PrivateKey | undefined;
  /** The secret with the private signing key, if it is made here. */
  readonly secret: SecretsmanagerSecret | undefined;
  /** The ARN of the secret with the private signing key; undefined when there is none. */
  readonly secretArn: string | undefined;
  /** What the secret holds: base64 of the PEM, or the PEM itself. */
  readonly secretFormat: "base64" | "pem" = "base64";
  /** The version of that secret that contains the key, if it is in Secrets Manager alone. */
  readonly secretVersionId: string | undefined;
  /** The private key that signs, as PKCS#1 or SEC1 PEM, if Terraform keeps it in its state. */
  readonly signingKeyPem: string | undefined;
  /** Public keys that are published beside the one that signs: known ones, or tokens for their PEM. */
  readonly otherPublicKeys: readonly (PublicJwk | string)[];
  /** The audiences of tokens that the identity provider accepts. */
  readonly audiences: readonly string[];
  /** This issuer, the next and the previous ones: what roles of the cluster should trust. */
  readonly trustedIssuers: readonly IssuerIdentity[];
  /** The issuer that the cluster is to move to, if there is one. */
  readonly nextIssuer: IssuerIdentity | undefined;
  /** The URLs of the issuers that are published here, by name. */
  readonly issuerUrls: Readonly<Record<string, string>>;
  /** The content of both documents. */
  readonly documents: { readonly discovery: string; readonly jwks: string };
  /** What the documents are published by; none when you publish them. */
  readonly publication: readonly S3Object[];
  /** What the owner of a bucket made elsewhere must add to its policy; undefined when it is nothing. */
  readonly bucketPolicyStatements: string | undefined;

  /**
   * An issuer whose IAM identity provider is in the account already.
   *
   * @param issuerUrl as IAM has it registered, with a slash at its end or without
   * @throws {InvalidPropsError} it is no issuer URL
   *
   * @example
   * const issuer = IrsaIssuer.fromIssuerUrl(this, "irsa", "https://oidc.example.org/prod");
   */
  static fromIssuerUrl(scope: Construct, id: string, issuerUrl: string): IIrsaIssuer {
    return new ExistingIssuer(scope, id, { issuerUrl });
  }

  /**
   * An issuer whose IAM identity provider is made elsewhere, such as by another Terraform module.
   *
   * @example
   * const issuer = IrsaIssuer.fromAttributes(this, "irsa", {
   *   issuerUrl: "https://oidc.example.org/prod",
   *   providerArn: "arn:aws:iam::111122223333:oidc-provider/oidc.example.org/prod",
   * });
   */
  static fromAttributes(
    scope: Construct,
    id: string,
    attributes: IrsaIssuerAttributes,
  ): IIrsaIssuer {
    return new ImportedIssuer(scope, id, attributes);
  }

  constructor(scope: Construct, id: string, props: IrsaIssuerProps) {
    super(scope, id);
    assertValid(issuerViolations(props), this);
    if (props.terraformNames === undefined) nameByPath(this);
    const { secret, signingKey, tags, thumbprint, previousIssuers = [] } = props;

    const keys = new SigningKeys(this, "keys", {
      keys: props.keys ?? defaultKeys,
      signingKey,
      secret: secret === "none" ? undefined : secret,
      parameterPath: props.parameterPath ?? this.defaultParameterPath(props),
      tags,
    });
    const { issuerName: name = defaultIssuerName, nextIssuer: next } = props;
    const publication = (issuer: HostedIssuer, options: IdentityProviderOptions) =>
      new IssuerPublication(issuerScope(this, issuer.name), issuer, options);
    const signing = publication({ name, hosting: props.hosting }, props);
    // SHA-1 values that were given are those of the present host.
    const others = {
      ...props,
      thumbprint: typeof thumbprint === "object" ? ("none" as const) : thumbprint,
    };
    const further = [
      ...(next === undefined ? [] : [next]),
      ...previousIssuers.filter(isHosted),
    ].map((issuer) => publication(issuer, others));
    const { jwks, keyIds } = this.publishedKeys(keys, signing.hosting, props);
    const { algorithms } = keys;
    const present = signing.publish({ jwks, algorithms });
    const published = new Map(
      further.map((each) => [each.issuer.name, each.publish({ jwks, algorithms })]),
    );
    const { hosting, provider, publication: after } = present;

    this.issuerUrl = hosting.issuerUrl;
    this.issuerHostpath = hosting.issuerHostpath;
    this.jwksUri = hosting.jwksUri;
    this.keyIds = keyIds;
    this.signingKeyPem = keys.signingKey?.privateKeyPem;
    this.otherPublicKeys = keys.publicKeys
      .filter(({ name: keyName }) => keyName !== keys.signingName)
      .flatMap<PublicJwk | string>((key) =>
        "publicKeys" in key ? key.publicKeys : key.publicKeyPem,
      );
    this.documents = present.documents;
    this.publication = after;
    this.bucketPolicyStatements = hosting.bucketPolicyStatements;
    this.bucket = hosting.bucket;
    this.distribution = hosting.distribution;
    this.privateKey = keys.signingKey;
    this.identityProvider = provider.resource;
    this.providerArn = provider.arn;
    this.audiences = provider.audiences;
    const identityOf = (issuer: { readonly name: string }) => published.get(issuer.name)?.identity;
    this.nextIssuer = next && identityOf(next);
    this.trustedIssuers = [
      this.identity(),
      ...(this.nextIssuer === undefined ? [] : [this.nextIssuer]),
      ...previousIssuers.flatMap((previous) => {
        const identity = isElsewhere(previous)
          ? trustPreviousIssuer(this, previous, props)
          : identityOf(previous);
        return identity ?? [];
      }),
    ];
    this.issuerUrls = Object.fromEntries(
      [present, ...published.values()].map((each) => [each.name, each.identity.issuerUrl]),
    );
    if (keys.signingKey !== undefined && secret !== undefined && secret !== "none") {
      const { privateKeyPem } = keys.signingKey;
      const kept = { ...secret, privateKeyPem, terraformName: generatedSecretName, after, tags };
      this.secret = new SigningKeySecret(this, "secret", kept).resource;
      this.secretArn = this.secret.arn;
      this.secretFormat = secret.format ?? "base64";
    }
    const signingSecret = keys.secrets.find(({ name }) => name === keys.signingName);
    if (signingSecret !== undefined) {
      this.secret = signingSecret.resource;
      this.secretArn = signingSecret.arn;
      this.secretVersionId = Token.asString(ref(signingSecret.version, TerraformStack.of(this)));
    }
    const reads = props.keys?.some(({ stored }) => stored !== undefined) ?? false;
    if (reads && this.node.tryFindChild("secret") === undefined) this.forgetSecret();
    this.protect([present, ...published.values()], keys.secrets, props);
  }

  private defaultParameterPath({ terraformNames }: IrsaIssuerProps): string {
    const path = terraformNames === undefined ? this.node.path : TerraformStack.of(this).node.id;
    return `/self-hosted-irsa/${path.replaceAll(/[^A-Za-z0-9_./-]/g, "_")}`;
  }

  /** The key of an existing secret may have been made here: the secret must outlive that. */
  private forgetSecret(): void {
    const former = new SigningKeySecret(this, "secret", {
      name: generatedSecretName,
      policy: "{}",
      privateKeyPem: "",
      terraformName: generatedSecretName,
    });
    const addresses = former.resources.map(addressOf);
    this.node.tryRemoveChild("secret");
    addresses.forEach((address, index) => new Removed(this, `removed-${index}`, address));
  }

  private publishedKeys(
    { publicKeys: keys, signingName }: SigningKeys,
    { bucketName, bucketMade }: DocumentHosting,
    { hosting, jwksComputation, emptyKeyId }: IrsaIssuerProps,
  ): PublishedKeys {
    const emptyKeyIdFor = emptyKeyId === true ? signingName : undefined;
    const known = keys.filter((key) => "publicKeys" in key);
    if (known.length === keys.length) return knownKeys(known, emptyKeyIdFor);
    const prefix = hosting.bucket?.prefix;
    return jwksComputation === "functions" && bucketName !== undefined
      ? new FunctionKeys(this, "jwks", { keys, bucketName, bucketMade, prefix, emptyKeyIdFor })
      : new ProgramKeys(this, "jwks", { keys, emptyKeyIdFor });
  }

  private protect(
    published: readonly PublishedIssuer[],
    secrets: readonly SecretOfKey[],
    props: IrsaIssuerProps,
  ): void {
    const { deletionProtection = true, keys = defaultKeys } = props;
    const { retiredKeys = [], retiredIssuers = [], nextIssuer } = props;
    if (deletionProtection === false) return;
    const enabled = deletionProtection;
    // The next issuer may go as it came: the cluster does not sign as it yet.
    const issuers = published.filter(({ name }) => name !== nextIssuer?.name);
    const protection = new DeletionProtection(this, "protection", {
      ...{ enabled, keys, retiredKeys, secrets, retiredIssuers },
      issuers: issuers.map(({ name }) => name),
    });
    const versions = enabled === true ? [] : secrets.map(({ version }) => version);
    for (const { name, scope, identity, hosting, provider } of issuers) {
      const own = name === defaultIssuerName ? protection : new Construct(scope, "protection");
      const resources = [hosting.bucket, hosting.distribution, provider.resource];
      protectIssuer(own, {
        enabled,
        issuerUrl: identity.issuerUrl,
        bucketName: hosting.bucketName,
        ids: [
          ...resources
            .filter((resource) => resource !== undefined)
            .map((resource) => `${addressOf(resource)}.id`),
          ...versions,
        ],
      });
    }
  }
}
