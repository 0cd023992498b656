import { createHash } from "node:crypto";
import { S3Bucket } from "@cdktf/provider-aws/lib/s3-bucket";
import { S3BucketLoggingA } from "@cdktf/provider-aws/lib/s3-bucket-logging";
import { S3BucketOwnershipControls } from "@cdktf/provider-aws/lib/s3-bucket-ownership-controls";
import { S3BucketPublicAccessBlock } from "@cdktf/provider-aws/lib/s3-bucket-public-access-block";
import { S3BucketServerSideEncryptionConfigurationA } from "@cdktf/provider-aws/lib/s3-bucket-server-side-encryption-configuration";
import { S3BucketVersioningA } from "@cdktf/provider-aws/lib/s3-bucket-versioning";
import { S3Object } from "@cdktf/provider-aws/lib/s3-object";
import { Fn, type IResolvable, type ITerraformDependable, Op, Token } from "cdktf";
import { Construct } from "constructs";
import { buildObjectKeys } from "../../documents";
import { addressed, currentPartition } from "../../synthesis";
import {
  bucketEncryptionRules,
  bucketNameRules,
  checkText,
  logPrefixRules,
  objectPrefixRules,
  type Violation,
} from "../../validation";
import type { IssuerDocuments } from "./document-hosting";

/** The bucket that keeps an issuer's documents. */
export interface BucketProps {
  /** Its name. */
  readonly name: string;
  /**
   * Whether the bucket is made elsewhere: then its settings and policy stay with its owner.
   * @default false
   */
  readonly existing?: boolean;
  /**
   * Path inside the bucket, without slashes around it, so that several clusters can share one.
   * @default - the bucket's root
   */
  readonly prefix?: string;
  /**
   * Whether destroying the bucket removes what others have put into it.
   * @default false
   */
  readonly forceDestroy?: boolean | IResolvable;
  /**
   * Whether S3 keeps earlier versions of the documents.
   * @default false
   */
  readonly versioning?: boolean;
  /**
   * `AES256`, or the ARN of a KMS key; not KMS where the documents are public by S3 itself, since S3
   * decrypts for nobody who is anonymous.
   * @default - what S3 does by itself: AES256
   */
  readonly encryption?: string;
  /**
   * Where S3 writes its access logs.
   * @default - nowhere
   */
  readonly accessLogs?: AccessLogsProps;
}

/** Where S3 writes the access logs of a bucket. */
export interface AccessLogsProps {
  /** The bucket that gets the logs. */
  readonly bucketName: string;
  /** @default - none */
  readonly prefix?: string;
}

/** What a way of hosting adds to its bucket's props. */
interface DocumentBucketProps extends BucketProps {
  readonly access: BucketAccess;
  /** @default - no tags */
  readonly tags?: Readonly<Record<string, string>>;
}

/** What a way of hosting decides about its bucket. */
export interface BucketAccess {
  readonly ownership: "BucketOwnerPreferred" | "BucketOwnerEnforced";
  readonly blockPublicAcls: boolean;
  readonly blockPublicPolicy: boolean;
  readonly ignorePublicAcls: boolean;
  readonly restrictPublicBuckets: boolean;
}

/** Whether objects are encrypted with a key of KMS rather than one of S3's own. */
function usesKms(encryption: string | undefined): boolean {
  return encryption !== undefined && encryption !== "AES256";
}

const settings = ["forceDestroy", "versioning", "encryption", "accessLogs"] as const;

/** A bucket that is named only, with its settings left at their defaults, or one with settings. */
export function bucketProps(bucket: string | BucketProps): BucketProps {
  return typeof bucket === "string" ? { name: bucket } : bucket;
}

/** The way to the bucket's name: it stands for the bucket, or in it. */
export function bucketNamePath(bucket: string | BucketProps): string[] {
  return typeof bucket === "string" ? ["bucket"] : ["bucket", "name"];
}

/** What is wrong with a bucket, at paths that begin with `bucket`. */
export function bucketViolations(bucket: string | BucketProps): Violation[] {
  const props = bucketProps(bucket);
  const { name, existing = false, prefix, accessLogs, encryption } = props;
  const check = (
    path: readonly string[],
    value: string | undefined,
    rules: typeof bucketNameRules,
  ) => (value === undefined ? [] : checkText(["bucket", ...path], value, rules));
  return [
    ...checkText(bucketNamePath(bucket), name, bucketNameRules),
    ...check(["prefix"], prefix, objectPrefixRules),
    ...check(["accessLogs", "bucketName"], accessLogs?.bucketName, bucketNameRules),
    ...check(["accessLogs", "prefix"], accessLogs?.prefix, logPrefixRules),
    ...check(["encryption"], encryption, bucketEncryptionRules),
    ...(existing ? settings.filter((setting) => props[setting] !== undefined) : []).map(
      (setting) => ({
        path: ["bucket", setting],
        rule: "must be left out: the bucket is made elsewhere, and so are its settings",
      }),
    ),
  ];
}

/** A bucket with its settings and the two documents in it, made or found. */
export class DocumentBucket extends Construct {
  /**
   * The bucket's name, by value: a read that fails makes the AWS provider take the bucket for gone, and
   * whatever refers to the resource would be replaced with it. See {@link made}.
   */
  readonly name: string;
  /** The bucket, for whatever names it; empty when it is made elsewhere. */
  readonly made: readonly ITerraformDependable[];
  /** Whether the bucket is made elsewhere. */
  readonly existing: boolean;
  /** What must exist before a policy is set or an object is put. */
  readonly access: readonly ITerraformDependable[];
  /** The bucket, if it is made here. */
  readonly resource: S3Bucket | undefined;
  private readonly usesKms: boolean;
  private readonly prefix: string | undefined;

  constructor(scope: Construct, id: string, { access, ...props }: DocumentBucketProps) {
    super(scope, id);
    this.existing = props.existing ?? false;
    this.prefix = props.prefix;
    this.usesKms = usesKms(props.encryption);
    const bucket = this.existing ? undefined : this.makeBucket(props);
    this.resource = bucket;
    this.name = props.name;
    this.made = bucket === undefined ? [] : [bucket];
    this.access =
      bucket === undefined ? [] : [...this.controlAccess(access), ...this.addSettings(props)];
  }

  /** The ARNs of the two documents. */
  get objectArns(): readonly string[] {
    const arn = `arn:${currentPartition(this).partition}:s3:::${this.name}`;
    return Object.values(buildObjectKeys(this.prefix)).map((key: string) => `${arn}/${key}`);
  }

  /**
   * Puts the documents into the bucket.
   *
   * @param acl what the objects' own ACL says; undefined in buckets without ACLs
   * @param after what must exist before
   */
  put(
    { discovery, jwks }: IssuerDocuments,
    acl: "public-read" | undefined,
    after: readonly ITerraformDependable[],
  ): S3Object[] {
    const keys = buildObjectKeys(this.prefix);
    const jwksObject = this.object("keys_json", keys.jwks, jwks, acl, after);
    if (Token.isUnresolved(jwks)) jwksObject.lifecycle = { precondition: [holdsKeys(jwks)] };
    return [jwksObject, this.object("openid-configuration", keys.discovery, discovery, acl, after)];
  }

  private makeBucket({ name, forceDestroy, tags }: Omit<DocumentBucketProps, "access">): S3Bucket {
    return addressed(
      new S3Bucket(this, "bucket", { bucket: name, forceDestroy, tags: tags && { ...tags } }),
      "oidc",
    );
  }

  private controlAccess({ ownership, ...block }: BucketAccess): ITerraformDependable[] {
    return [
      addressed(
        new S3BucketOwnershipControls(this, "ownership", {
          bucket: this.name,
          rule: { objectOwnership: ownership },
          dependsOn: [...this.made],
        }),
        "oidc",
      ),
      addressed(
        new S3BucketPublicAccessBlock(this, "public-access", {
          bucket: this.name,
          ...block,
          dependsOn: [...this.made],
        }),
        "oidc",
      ),
    ];
  }

  private addSettings(props: BucketProps): ITerraformDependable[] {
    const { versioning, encryption, accessLogs } = props;
    const bucket = { bucket: this.name, dependsOn: [...this.made] };
    const settings: ITerraformDependable[] = [];
    if (versioning !== undefined) {
      const versioningConfiguration = { status: versioning ? "Enabled" : "Suspended" };
      settings.push(
        addressed(
          new S3BucketVersioningA(this, "versioning", { ...bucket, versioningConfiguration }),
          "oidc",
        ),
      );
    }
    if (encryption !== undefined) {
      const applyServerSideEncryptionByDefault = this.usesKms
        ? { sseAlgorithm: "aws:kms", kmsMasterKeyId: encryption }
        : { sseAlgorithm: encryption };
      const rule = [{ applyServerSideEncryptionByDefault, bucketKeyEnabled: this.usesKms }];
      settings.push(
        addressed(
          new S3BucketServerSideEncryptionConfigurationA(this, "encryption", { ...bucket, rule }),
          "oidc",
        ),
      );
    }
    if (accessLogs !== undefined) {
      const { bucketName: targetBucket, prefix: targetPrefix = "" } = accessLogs;
      const target = { ...bucket, targetBucket, targetPrefix };
      settings.push(addressed(new S3BucketLoggingA(this, "access-logs", target), "oidc"));
    }
    return settings;
  }

  private object(
    name: string,
    key: string,
    content: string,
    acl: string | undefined,
    after: readonly ITerraformDependable[],
  ): S3Object {
    const hash = md5(content);
    return addressed(
      new S3Object(this, name, {
        bucket: this.name,
        key,
        content,
        contentType: "application/json",
        acl,
        // The etag of an object that KMS encrypts is not the MD5 of its content.
        ...(this.usesKms || this.existing ? { sourceHash: hash } : { etag: hash }),
        dependsOn: after.length > 0 ? [...after] : undefined,
      }),
      name,
    );
  }
}

function md5(content: string): string {
  return Token.isUnresolved(content)
    ? Fn.md5(content)
    : createHash("md5").update(content).digest("hex");
}

function holdsKeys(jwks: string) {
  return {
    condition: Op.gte(Fn.lengthOf(Fn.lookup(Fn.jsondecode(jwks), "keys", [])), 1),
    errorMessage:
      "The JWKS has no keys: publishing it would end every role assumption of the cluster at once.",
  };
}
