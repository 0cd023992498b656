import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { assertValid, checkText, regionRules, type Violation } from "../../validation";
import {
  type BucketAccess,
  type BucketProps,
  bucketViolations,
  DocumentBucket,
} from "./document-bucket";
import type { DocumentHosting, IssuerDocuments } from "./document-hosting";
import { issuerLocation } from "./issuer-location";
import { letRead } from "./public-read-policy";
import { knownS3Host, s3Host } from "./regions";

/** Props of {@link S3Hosting}. */
export interface S3HostingProps extends BucketProps {
  /**
   * The form of the URL: `https://s3.REGION.SUFFIX/BUCKET` or `https://BUCKET.s3.REGION.SUFFIX`.
   * @default "path"
   */
  readonly urlStyle?: "path" | "virtual-hosted";
  /**
   * What makes the two documents public: their own ACLs, as in the module of the Talos documentation, or
   * a bucket policy for exactly these two, in a bucket without ACLs.
   * @default "acl" for path style, "policy" for virtual-hosted style
   */
  readonly publicBy?: "acl" | "policy";
  /**
   * The bucket's region.
   * @default - the AWS provider's own
   */
  readonly region?: string;
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

/** What is wrong with the props of {@link S3Hosting}. */
export function s3HostingViolations(props: S3HostingProps): Violation[] {
  const { bucketName, urlStyle, region, encryption } = props;
  return [
    ...bucketViolations(props),
    ...(region === undefined ? [] : checkText(["region"], region, regionRules)),
    ...(urlStyle === "virtual-hosted" && /^[^$]*[.]/.test(bucketName)
      ? [
          {
            path: ["bucket", "name"],
            rule: "must contain no periods in a virtual-hosted URL, whose certificate does not cover them",
            given: bucketName,
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

function hostpath({ urlStyle, bucketName, prefix }: S3HostingProps, host: string): string {
  const root = urlStyle === "virtual-hosted" ? `${bucketName}.${host}` : `${host}/${bucketName}`;
  return prefix === undefined ? root : `${root}/${prefix}`;
}

/** The issuer URL, where the region is known at synthesis. */
export function s3IssuerUrl(props: S3HostingProps): string | undefined {
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
  private readonly bucket: DocumentBucket;
  private readonly acl: "public-read" | undefined;
  private readonly readable: readonly ITerraformDependable[];

  constructor(scope: Construct, id: string, props: S3HostingProps) {
    super(scope, id);
    assertValid(s3HostingViolations(props), this);
    const { urlStyle = "path", region } = props;
    const { publicBy = urlStyle === "path" ? "acl" : "policy" } = props;

    const location = issuerLocation(this, hostpath(props, s3Host(this, region)));
    this.issuerUrl = location.issuerUrl;
    this.issuerHostpath = location.issuerHostpath;
    this.jwksUri = location.jwksUri;

    const access = publicBy === "acl" ? byAcl : byPolicy;
    this.bucket = new DocumentBucket(this, "bucket", { ...props, access });
    this.bucketName = this.bucket.name;
    this.bucketMade = this.bucket.made;
    this.acl = publicBy === "acl" ? "public-read" : undefined;
    const read = publicBy === "acl" ? undefined : letRead(this, this.bucket, "everyone");
    this.readable = read?.policy === undefined ? this.bucket.access : [read.policy];
    this.bucketPolicyStatements = read?.statements;
  }

  publish(documents: IssuerDocuments): ITerraformDependable[] {
    return this.bucket.put(documents, this.acl, this.readable);
  }
}
