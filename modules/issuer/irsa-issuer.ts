import { Fn, Token } from "cdktf";
import { Construct } from "constructs";
import { type DiscoveryDocument, buildDiscoveryDocument, type PublicJwk } from "../documents";
import { local } from "../synthesis";
import { assertValid, type Violation } from "../validation";
import {
  type DocumentHosting,
  type HostingProps,
  hostingViolations,
  knownIssuerUrl,
  makeHosting,
} from "./hosting";
import {
  audienceViolations,
  IdentityProvider,
  type IdentityProviderProps,
  type Thumbprint,
  thumbprintViolations,
} from "./identity-provider";
import {
  type PreviousIssuer,
  previousIssuerViolations,
  type IssuerIdentity,
  trustPreviousIssuer,
} from "./previous-issuers";
import {
  FunctionKeys,
  functionKeyViolations,
  knownKeys,
  ProgramKeys,
  type PublishedKeys,
} from "./keys/published-keys";
import { type SecretProps, SigningKeySecret, secretViolations } from "./signing-key-secret";
import { tagViolations } from "./tags";
import {
  isGiven,
  type KeySource,
  keyViolations,
  SigningKeys,
  signingSource,
} from "./keys/signing-keys";

/**
 * What computes the JWKS of a key that Terraform makes: the project's Node program, or Terraform's own
 * functions, for runners without Node. Both give the same bytes.
 */
export type JwksComputation = "program" | "functions";

/** Props of {@link IrsaIssuer}. */
export interface IrsaIssuerProps extends Pick<
  IdentityProviderProps,
  "additionalAudiences" | "tags" | "thumbprint"
> {
  /** Where the discovery document and the JWKS are published. */
  readonly hosting: HostingProps;
  /**
   * The keys to publish, in order.
   * @default - one key named `key`, made by Terraform
   */
  readonly keys?: readonly KeySource[];
  /** @default "program" */
  readonly jwksComputation?: JwksComputation;
  /**
   * Whether the signing key is published a second time with an empty `kid`, for API servers before
   * Kubernetes 1.16.
   * @default false
   */
  readonly emptyKeyId?: boolean;
  /**
   * Where the private key is kept if Terraform makes the one that signs; `none` leaves it in the state.
   * @default - must be given when Terraform makes the signing key
   */
  readonly secret?: SecretProps | "none";
  /**
   * Issuers that stay trusted while the cluster moves to this one.
   * @default - none
   */
  readonly previousIssuers?: readonly PreviousIssuer[];
}

/**
 * Everything that makes AWS trust the ServiceAccount tokens of a cluster: signing keys, the two
 * published documents, the IAM identity provider, and the private key in Secrets Manager. The default
 * names of keys give the Terraform addresses of the module of the Talos documentation.
 *
 * @throws {InvalidPropsError} see {@link issuerViolations}; nothing has been made
 */
export class IrsaIssuer extends Construct implements IssuerIdentity {
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
  /** The ARN of the secret with the private signing key; undefined when there is none. */
  readonly secretArn: string | undefined;
  /** What the secret holds: base64 of the PEM, or the PEM itself. */
  readonly secretFormat: "base64" | "pem" = "base64";
  /** The private key that signs, as PKCS#1 or SEC1 PEM; undefined when it is with its owner. */
  readonly signingKeyPem: string | undefined;
  /** Public keys that are published beside the one that signs: known ones, or tokens for their PEM. */
  readonly otherPublicKeys: readonly (PublicJwk | string)[];
  /** This issuer and the previous ones: what roles of the cluster should trust. */
  readonly trustedIssuers: readonly IssuerIdentity[];
  /** The content of both documents. */
  readonly documents: { readonly discovery: string; readonly jwks: string };
  /** What the owner of a bucket made elsewhere must add to its policy; undefined when it is nothing. */
  readonly bucketPolicyStatements: string | undefined;

  constructor(scope: Construct, id: string, props: IrsaIssuerProps) {
    super(scope, id);
    assertValid(issuerViolations(props), this);
    const { keys: sources = defaultKeys, secret, tags, thumbprint, previousIssuers = [] } = props;

    const keys = new SigningKeys(this, "keys", { sources });
    const hosting = makeHosting(this, "hosting", props.hosting, tags);
    const { issuerUrl, issuerHostpath, jwksUri } = hosting;
    const { jwks, keyIds } = this.publishedKeys(keys, hosting, props);
    const discovery = this.toJson(
      buildDiscoveryDocument({ issuer: issuerUrl, jwksUri, algorithms: keys.algorithms }),
    );
    const after = hosting.publish({ jwks, discovery });

    this.issuerUrl = issuerUrl;
    this.issuerHostpath = issuerHostpath;
    this.jwksUri = jwksUri;
    this.keyIds = keyIds;
    this.signingKeyPem = keys.signingKey?.privateKeyPem;
    this.otherPublicKeys = keys.publicKeys
      .filter(({ name }) => name !== keys.signingName)
      .flatMap<PublicJwk | string>((key) =>
        "publicKeys" in key ? key.publicKeys : key.publicKeyPem,
      );
    this.documents = { discovery, jwks };
    this.bucketPolicyStatements = hosting.bucketPolicyStatements;
    this.providerArn = new IdentityProvider(this, "provider", { ...props, issuerUrl, after }).arn;
    this.trustedIssuers = [
      { issuerUrl, issuerHostpath, providerArn: this.providerArn },
      ...previousIssuers.map((previous) =>
        trustPreviousIssuer(this, previous, { tags, thumbprint: previousThumbprint(thumbprint) }),
      ),
    ];
    if (keys.signingKey !== undefined && secret !== undefined && secret !== "none") {
      const kept = { ...secret, key: keys.signingKey, after, tags };
      this.secretArn = new SigningKeySecret(this, "secret", kept).arn;
      this.secretFormat = secret.format ?? "base64";
    }
  }

  private publishedKeys(
    { publicKeys: keys, signingName }: SigningKeys,
    { bucketName, bucketMade }: DocumentHosting,
    { hosting, jwksComputation, emptyKeyId }: IrsaIssuerProps,
  ): PublishedKeys {
    const emptyKeyIdFor = emptyKeyId === true ? signingName : undefined;
    const known = keys.filter((key) => "publicKeys" in key);
    if (known.length === keys.length) return knownKeys(known, emptyKeyIdFor);
    const prefix = hosting.kind === "self-published" ? undefined : hosting.prefix;
    return jwksComputation === "functions" && bucketName !== undefined
      ? new FunctionKeys(this, "jwks", { keys, bucketName, bucketMade, prefix, emptyKeyIdFor })
      : new ProgramKeys(this, "jwks", { keys, emptyKeyIdFor });
  }

  /** The same bytes at synthesis and at apply: Terraform's `jsonencode` sorts members. */
  private toJson(document: DiscoveryDocument): string {
    return Token.isUnresolved(document.issuer)
      ? local(this, "openid_configuration", Fn.jsonencode(document))
      : JSON.stringify(document);
  }
}

const defaultKeys: readonly KeySource[] = [{ name: "key" }];

/** SHA-1 values that were given are those of the present host. */
function previousThumbprint(thumbprint: Thumbprint | undefined): Thumbprint | undefined {
  return typeof thumbprint === "object" ? "none" : thumbprint;
}

/** What is wrong with the props of {@link IrsaIssuer}: one violation for each rule violated. */
export function issuerViolations(props: IrsaIssuerProps): Violation[] {
  const { keys = defaultKeys, secret, hosting, jwksComputation } = props;
  return [
    ...hostingViolations(hosting),
    ...keyViolations(keys),
    ...signingSecretViolations(keys, secret),
    ...(jwksComputation === "functions"
      ? functionKeyViolations(keys.filter((key) => !isGiven(key)))
      : []),
    ...(jwksComputation === "functions" && hosting.kind === "self-published"
      ? [
          {
            path: ["jwksComputation"],
            rule: 'must be "program" for self-published documents: S3 computes the key IDs',
          },
        ]
      : []),
    ...thumbprintViolations(props.thumbprint ?? "certificate"),
    ...audienceViolations(props.additionalAudiences ?? []),
    ...previousIssuerViolations(props.previousIssuers ?? [], knownIssuerUrl(hosting)),
    ...tagViolations(props.tags),
  ];
}

function signingSecretViolations(
  keys: readonly KeySource[],
  secret: IrsaIssuerProps["secret"],
): Violation[] {
  const signing = signingSource(keys);
  if (signing === undefined) return [];
  if (!isGiven(signing) && secret === undefined) {
    return [
      {
        path: ["secret"],
        rule: 'is missing: Terraform makes the signing key; say where its private half is kept, or "none"',
      },
    ];
  }
  if (isGiven(signing) && secret !== undefined && secret !== "none") {
    return [
      {
        path: ["secret"],
        rule: "must be left out: the private half of a signing key that is given stays with its owner",
      },
    ];
  }
  return secret === undefined || secret === "none" ? [] : secretViolations(secret);
}
