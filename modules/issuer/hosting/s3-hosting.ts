import type { S3Bucket } from "@cdktf/provider-aws/lib/s3-bucket";
import type { S3Object } from "@cdktf/provider-aws/lib/s3-object";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { assertValid, checkRegion, type Violation } from "../../validation";
import {
  type BucketAccess,
  bucketNamePath,
  type BucketProps,
  bucketProps,
  bucketViolations,
  DocumentBucket,
} from "./document-bucket";
import type { DocumentHosting, IssuerDocuments, Tagged } from "./document-hosting";
import { issuerLocation } from "./issuer-location";
import { letRead } from "./public-read-policy";
import { knownS3Host, s3Host } from "./regions";

/** Props of {@link Hosting.s3VirtualHosted}. */
export interface S3VirtualHostedHostingProps {
  /** The bucket that keeps the documents: its name, or the name with settings. */
  readonly bucket: string | BucketProps;
  /**
   * The bucket's region.
   * @default - the AWS provider's own
   */
  readonly region?: string;
  /**
   * Whether the region is newer than this release, and named on purpose.
   * @default false
   */
  readonly skipRegionValidation?: boolean;
}

/** Props of {@link Hosting.s3}. */
export interface S3HostingProps extends S3VirtualHostedHostingProps {
  /**
   * What makes the two documents public: their own ACLs, as in the module of the Talos documentation, or
   * a bucket policy for exactly these two, in a bucket without ACLs.
   * @default "acl"
   */
  readonly publicBy?: "acl" | "policy";
}

/** What S3 itself serves the documents with. */
export interface S3Choice extends S3HostingProps {
  /** The form of the URL: `https://s3.REGION.SUFFIX/BUCKET` or `https://BUCKET.s3.REGION.SUFFIX`. */
  readonly urlStyle: "path" | "virtual-hosted";
}

const byAcl: BucketAccess = {
  ownership: "BucketOwnerPreferred",
  blockPublicAcls: false,
  blockPublicPolicy: false,
  ignorePublicAcls: false,
  restrictPublicBuckets: false,
};

const byPolicy: BucketAccess = {
  ownership: "BucketOwnerEnforced",
  blockPublicAcls: true,
  blockPublicPolicy: false,
  ignorePublicAcls: true,
  restrictPublicBuckets: false,
};

/** What is wrong with hosting by S3. */
export function s3HostingViolations(props: S3Choice): Violation[] {
  const { bucket, urlStyle, region, skipRegionValidation } = props;
  const { name, encryption } = bucketProps(bucket);
  return [
    ...bucketViolations(bucket),
    ...(region === undefined ? [] : checkRegion(["region"], region, skipRegionValidation)),
    ...(urlStyle === "virtual-hosted" && /^[^$]*[.]/.test(name)
      ? [
          {
            path: bucketNamePath(bucket),
            rule: "must contain no periods in a virtual-hosted URL, whose certificate does not cover them",
            given: name,
          },
        ]
      : []),
    ...(encryption?.startsWith("arn:") === true
      ? [
          {
            path: ["bucket", "encryption"],
            rule: "must not be a KMS key where everyone reads: S3 decrypts for no anonymous reader",
            given: encryption,
          },
        ]
      : []),
  ];
}

function hostpath({ urlStyle, bucket }: S3Choice, host: string): string {
  const { name, prefix } = bucketProps(bucket);
  const root = urlStyle === "virtual-hosted" ? `${name}.${host}` : `${host}/${name}`;
  return prefix === undefined ? root : `${root}/${prefix}`;
}

/** The issuer URL, where the region is known at synthesis. */
export function s3IssuerUrl(props: S3Choice): string | undefined {
  const host = knownS3Host(props.region);
  return host && `https://${hostpath(props, host)}`;
}

/**
 * A bucket that S3 itself serves the two documents from, to everyone.
 *
 * @throws {InvalidPropsError} see {@link s3HostingViolations}
 */
export class S3Hosting extends Construct implements DocumentHosting {
  readonly issuerUrl: string;
  readonly issuerHostpath: string;
  readonly jwksUri: string;
  readonly bucketName: string;
  readonly bucketMade: readonly ITerraformDependable[];
  readonly bucketPolicyStatements: string | undefined;
  readonly bucket: S3Bucket | undefined;
  readonly distribution = undefined;
  private readonly documents: DocumentBucket;
  private readonly acl: "public-read" | undefined;
  private readonly readable: readonly ITerraformDependable[];

  constructor(scope: Construct, id: string, props: S3Choice & Tagged) {
    super(scope, id);
    assertValid(s3HostingViolations(props), this);
    const { urlStyle, region, tags } = props;
    const { publicBy = urlStyle === "path" ? "acl" : "policy" } = props;

    const location = issuerLocation(this, hostpath(props, s3Host(this, region)));
    this.issuerUrl = location.issuerUrl;
    this.issuerHostpath = location.issuerHostpath;
    this.jwksUri = location.jwksUri;

    const access = publicBy === "acl" ? byAcl : byPolicy;
    const bucket = new DocumentBucket(this, "bucket", {
      ...bucketProps(props.bucket),
      access,
      tags,
    });
    this.documents = bucket;
    this.bucket = bucket.resource;
    this.bucketName = bucket.name;
    this.bucketMade = bucket.made;
    this.acl = publicBy === "acl" ? "public-read" : undefined;
    const read = publicBy === "acl" ? undefined : letRead(this, bucket, "everyone");
    this.readable = read?.policy === undefined ? bucket.access : [read.policy];
    this.bucketPolicyStatements = read?.statements;
  }

  publish(documents: IssuerDocuments): S3Object[] {
    return this.documents.put(documents, this.acl, this.readable);
  }
}
