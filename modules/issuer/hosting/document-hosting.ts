import type { CloudfrontDistribution } from "@cdktf/provider-aws/lib/cloudfront-distribution";
import type { S3Bucket } from "@cdktf/provider-aws/lib/s3-bucket";
import type { S3Object } from "@cdktf/provider-aws/lib/s3-object";
import type { ITerraformDependable } from "cdktf";

/** Something whose resources have tags. */
export interface Tagged {
  /** @default - no tags */
  readonly tags?: Readonly<Record<string, string>>;
}

/** The content of an issuer's two documents. */
export interface IssuerDocuments {
  readonly discovery: string;
  readonly jwks: string;
}

/** A way of hosting an issuer's documents: whatever the way, the issuer gets the same back. */
export interface DocumentHosting {
  /** `https://` and the host path. */
  readonly issuerUrl: string;
  /** Host and path without scheme, as in IAM condition keys. */
  readonly issuerHostpath: string;
  /** Where relying parties read the JWKS. */
  readonly jwksUri: string;
  /** The name of the bucket that keeps the documents; undefined when the user publishes them. */
  readonly bucketName: string | undefined;
  /** What must exist before anything else names the bucket; empty when it is made elsewhere. */
  readonly bucketMade: readonly ITerraformDependable[];
  /**
   * Statements that the owner of a bucket made elsewhere must add to its policy, as JSON; undefined when
   * there is nothing to add.
   */
  readonly bucketPolicyStatements: string | undefined;
  /** The bucket, if it is made here. */
  readonly bucket: S3Bucket | undefined;
  /** The distribution in front of the bucket, if there is one. */
  readonly distribution: CloudfrontDistribution | undefined;

  /**
   * Puts the documents where relying parties read them; to be called once.
   *
   * @returns what must exist before anyone relies on the documents
   */
  publish(documents: IssuerDocuments): S3Object[];
}
