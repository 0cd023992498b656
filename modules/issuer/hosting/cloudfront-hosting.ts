import { createHash } from "node:crypto";
import { CloudfrontDistribution } from "@cdktf/provider-aws/lib/cloudfront-distribution";
import { CloudfrontOriginAccessControl } from "@cdktf/provider-aws/lib/cloudfront-origin-access-control";
import type { S3Bucket } from "@cdktf/provider-aws/lib/s3-bucket";
import type { S3Object } from "@cdktf/provider-aws/lib/s3-object";
import { type ITerraformDependable, Token } from "cdktf";
import { Construct } from "constructs";
import { addressed } from "../../synthesis";
import {
  assertValid,
  certificateArnRules,
  checkText,
  domainNameRules,
  checkRegion,
  type Violation,
} from "../../validation";
import { type BucketProps, bucketProps, bucketViolations, DocumentBucket } from "./document-bucket";
import type { DocumentHosting, IssuerDocuments, Tagged } from "./document-hosting";
import { issuerLocation } from "./issuer-location";
import { letRead } from "./public-read-policy";
import { s3Host } from "./regions";

/** A domain of your own in front of the distribution. */
export interface CustomDomain {
  /** Its name, such as `oidc.acme.example`; its DNS record is yours to make. */
  readonly name: string;
  /** The ARN of its certificate in ACM, in us-east-1. */
  readonly certificateArn: string;
}

/** Props of {@link Hosting.cloudFront}. */
export interface CloudFrontHostingProps {
  /** The private bucket that keeps the documents: its name, or the name with settings. */
  readonly bucket: string | BucketProps;
  /**
   * @default - the distribution's own domain, which Terraform knows at apply
   */
  readonly domain?: CustomDomain;
  /**
   * From where CloudFront answers.
   * @default "PriceClass_100"
   */
  readonly priceClass?: "PriceClass_100" | "PriceClass_200" | "PriceClass_All";
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

/**
 * AWS' managed policy CachingDisabled: a new key must be seen at once.
 *
 * @see {@link https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-cache-policies.html Use managed cache policies}
 */
const cachingDisabled = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad";

/**
 * Where CloudFront is not, or not with what is needed here.
 *
 * @see {@link https://docs.amazonaws.cn/en_us/aws/latest/userguide/cloudfront.html Amazon CloudFront in China}
 */
const withoutCloudFront: readonly (readonly [begin: string, reason: string])[] = [
  ["us-gov-", "GovCloud, which has no CloudFront"],
  ["us-iso", "the isolated regions, which have no CloudFront"],
  ["eu-iso", "the isolated regions, which have no CloudFront"],
  ["cn-", "China, whose CloudFront has no domain of its own and takes no certificate of ACM"],
];

/** What is wrong with hosting by CloudFront. */
export function cloudFrontHostingViolations(props: CloudFrontHostingProps): Violation[] {
  const { domain, region = "", skipRegionValidation } = props;
  return [
    ...bucketViolations(props.bucket),
    ...(region === "" ? [] : checkRegion(["region"], region, skipRegionValidation)),
    ...(domain === undefined
      ? []
      : [
          ...checkText(["domain", "name"], domain.name, domainNameRules),
          ...checkText(["domain", "certificateArn"], domain.certificateArn, certificateArnRules),
        ]),
    ...withoutCloudFront
      .filter(([begin]) => region.startsWith(begin))
      .map(([, reason]) => ({
        path: ["region"],
        rule: `must be outside ${reason}`,
        given: region,
      })),
  ];
}

/** The issuer URL, where it is known at synthesis: of a domain of your own. */
export function cloudFrontIssuerUrl(props: CloudFrontHostingProps): string | undefined {
  const { domain, bucket } = props;
  const { prefix } = bucketProps(bucket);
  if (domain === undefined) return undefined;
  return prefix === undefined ? `https://${domain.name}` : `https://${domain.name}/${prefix}`;
}

/** At most 64 characters, and another one for each cluster that shares a bucket. */
function accessControlName({ name, prefix }: BucketProps): string {
  if (prefix === undefined) return name;
  const known = Token.isUnresolved(name) ? "" : name;
  const hash = createHash("sha256").update(`${known}/${prefix}`).digest("hex").slice(0, 8);
  return `${known === "" ? name : known.slice(0, 55)}-${hash}`;
}

/**
 * A private bucket, read by CloudFront alone, for accounts that forbid public buckets.
 *
 * @throws {InvalidPropsError} see {@link cloudFrontHostingViolations}
 * @see {@link https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-restricting-access-to-s3.html Restrict access to an Amazon S3 origin}
 */
export class CloudFrontHosting extends Construct implements DocumentHosting {
  readonly issuerUrl: string;
  readonly issuerHostpath: string;
  readonly jwksUri: string;
  readonly bucketName: string;
  readonly bucketMade: readonly ITerraformDependable[];
  readonly bucketPolicyStatements: string | undefined;
  readonly bucket: S3Bucket | undefined;
  readonly distribution: CloudfrontDistribution;
  private readonly documents: DocumentBucket;
  private readonly readable: readonly ITerraformDependable[];

  constructor(scope: Construct, id: string, props: CloudFrontHostingProps & Tagged) {
    super(scope, id);
    assertValid(cloudFrontHostingViolations(props), this);
    const { domain, tags } = props;
    const { prefix } = bucketProps(props.bucket);

    this.documents = new DocumentBucket(this, "bucket", {
      ...bucketProps(props.bucket),
      tags,
      access: {
        ownership: "BucketOwnerEnforced",
        blockPublicAcls: true,
        blockPublicPolicy: true,
        ignorePublicAcls: true,
        restrictPublicBuckets: true,
      },
    });
    this.bucket = this.documents.resource;
    this.bucketName = this.documents.name;
    this.bucketMade = this.documents.made;
    this.distribution = this.makeDistribution(props);
    const read = letRead(this, this.documents, { distributionArn: this.distribution.arn });
    this.readable = read.policy === undefined ? this.documents.access : [read.policy];
    this.bucketPolicyStatements = read.statements;

    const host = domain?.name ?? this.distribution.domainName;
    const location = issuerLocation(this, prefix === undefined ? host : `${host}/${prefix}`);
    this.issuerUrl = location.issuerUrl;
    this.issuerHostpath = location.issuerHostpath;
    this.jwksUri = location.jwksUri;
  }

  publish(documents: IssuerDocuments): S3Object[] {
    return this.documents.put(documents, undefined, this.readable);
  }

  private makeDistribution(props: CloudFrontHostingProps & Tagged): CloudfrontDistribution {
    const { domain, priceClass = "PriceClass_100", region, tags } = props;
    const bucket = bucketProps(props.bucket);
    const control = addressed(
      new CloudfrontOriginAccessControl(this, "origin-access", {
        name: accessControlName(bucket),
        originAccessControlOriginType: "s3",
        signingBehavior: "always",
        signingProtocol: "sigv4",
      }),
      "oidc",
    );
    const readOnly = ["GET", "HEAD"];
    return addressed(
      new CloudfrontDistribution(this, "distribution", {
        enabled: true,
        isIpv6Enabled: true,
        httpVersion: "http2and3",
        comment: `OpenID discovery document and JWKS in ${bucket.name}`,
        aliases: domain && [domain.name],
        priceClass,
        origin: [
          {
            originId: "documents",
            // The regional name: the global one redirects outside us-east-1.
            domainName: `${bucket.name}.${s3Host(this, region)}`,
            originAccessControlId: control.id,
          },
        ],
        defaultCacheBehavior: {
          targetOriginId: "documents",
          viewerProtocolPolicy: "https-only",
          allowedMethods: readOnly,
          cachedMethods: readOnly,
          cachePolicyId: cachingDisabled,
        },
        restrictions: { geoRestriction: { restrictionType: "none" } },
        // CloudFront fixes the minimum protocol of its own certificate itself.
        viewerCertificate: domain
          ? {
              acmCertificateArn: domain.certificateArn,
              sslSupportMethod: "sni-only",
              minimumProtocolVersion: "TLSv1.2_2021",
            }
          : { cloudfrontDefaultCertificate: true },
        tags: tags && { ...tags },
      }),
      "oidc",
    );
  }
}
