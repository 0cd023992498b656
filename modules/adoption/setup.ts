/** What exists of a cluster's IRSA set-up, as it was found: nothing of it is judged yet. */
export interface Setup {
  /** As tokens have it. */
  readonly issuerUrl: string;
  readonly accountId: string;
  readonly partition: string;
  /** The published documents, as they are read without credentials. */
  readonly published: Published;
  /** Undefined when the account has none for the issuer. */
  readonly provider: ExistingProvider | undefined;
  /** Undefined when the documents are in no S3 bucket of the account, or it cannot be read. */
  readonly bucket: ExistingBucket | undefined;
  /** Roles whose trust policies name the issuer's identity provider. */
  readonly roles: readonly ExistingRole[];
  /** What could not be read. */
  readonly unread: readonly Unread[];
}

/** Something that AWS or a host refused to show. */
export interface Unread {
  /** Why, and what to do. */
  readonly reason: string;
  /** What it would have shown. */
  readonly shows: string;
}

/** The two documents; undefined for one that cannot be read. */
export interface Published {
  readonly discovery?: string;
  /** Where the discovery document says that the JWKS is. */
  readonly jwksUri?: string;
  readonly jwks?: string;
}

/** Tags by key, those that AWS itself makes left out. */
export type Tags = Readonly<Record<string, string>>;

/** An IAM identity provider. */
export interface ExistingProvider {
  readonly arn: string;
  readonly clientIds: readonly string[];
  /** SHA-1 in hexadecimal. */
  readonly thumbprints: readonly string[];
  readonly tags: Tags;
}

/** Switches of a bucket's public access block. */
interface PublicAccessBlock {
  readonly blockPublicAcls: boolean;
  readonly blockPublicPolicy: boolean;
  readonly ignorePublicAcls: boolean;
  readonly restrictPublicBuckets: boolean;
}

/** An S3 bucket; what it has no setting for is undefined. */
export interface ExistingBucket {
  readonly name: string;
  readonly ownership: string | undefined;
  /** Whether its own ACL lets anyone in besides its owner. */
  readonly hasGrants: boolean;
  readonly publicAccessBlock: PublicAccessBlock | undefined;
  /** Its policy as JSON. */
  readonly policy: string | undefined;
  readonly versioning: string | undefined;
  readonly accessLogs: { readonly bucketName: string; readonly prefix: string } | undefined;
  readonly tags: Tags;
  /** The issuer's documents, by their keys. */
  readonly objects: Readonly<Record<string, ExistingObject>>;
  /** Keys of other objects, a few of them. */
  readonly others: readonly string[];
}

/** One of the issuer's documents in a bucket. */
export interface ExistingObject {
  readonly content: string;
  readonly contentType: string | undefined;
  readonly cacheControl: string | undefined;
  readonly tags: Tags;
  /** Whether its own ACL lets everyone read it. */
  readonly isPublic: boolean;
}

/** An IAM role. */
export interface ExistingRole {
  readonly arn: string;
  readonly name: string;
  readonly path: string;
  readonly description: string;
  readonly maxSessionDuration: number;
  readonly permissionsBoundary: string | undefined;
  readonly tags: Tags;
  readonly trustPolicy: unknown;
  /** ARNs of the managed policies attached. */
  readonly attached: readonly string[];
  /** Inline policies by their names. */
  readonly inline: Readonly<Record<string, unknown>>;
}
