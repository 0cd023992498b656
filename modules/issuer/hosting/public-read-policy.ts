import {
  DataAwsIamPolicyDocument,
  type DataAwsIamPolicyDocumentStatement,
} from "@cdktf/provider-aws/lib/data-aws-iam-policy-document";
import { S3BucketPolicy } from "@cdktf/provider-aws/lib/s3-bucket-policy";
import type { Construct } from "constructs";
import { addressed } from "../../synthesis";
import type { DocumentBucket } from "./document-bucket";

/** Who reads the documents: everyone, or one CloudFront distribution. */
export type Reader = "everyone" | { readonly distributionArn: string };

/** What {@link letRead} made of a policy. */
export interface ReadAccess {
  /** The policy, set on a bucket of ours; undefined for one that is made elsewhere. */
  readonly policy: S3BucketPolicy | undefined;
  /** The policy as JSON, for the owner of a bucket that is made elsewhere. */
  readonly statements: string | undefined;
}

/**
 * Lets a reader get the two documents of a bucket and nothing else in it.
 *
 * @see {@link https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-restricting-access-to-s3.html Restrict access to an Amazon S3 origin}
 */
export function letRead(scope: Construct, bucket: DocumentBucket, reader: Reader): ReadAccess {
  const document = addressed(
    new DataAwsIamPolicyDocument(scope, "policy-document", {
      statement: [statement(bucket.objectArns, reader)],
    }),
    "oidc",
  );
  if (bucket.existing) return { policy: undefined, statements: document.json };
  const policy = addressed(
    new S3BucketPolicy(scope, "policy", {
      bucket: bucket.name,
      policy: document.json,
      dependsOn: [...bucket.access],
    }),
    "oidc",
  );
  return { policy, statements: undefined };
}

function statement(
  objectArns: readonly string[],
  reader: Reader,
): DataAwsIamPolicyDocumentStatement {
  const read = { effect: "Allow", actions: ["s3:GetObject"], resources: [...objectArns] };
  if (reader === "everyone") {
    return {
      sid: "ReadIssuerDocuments",
      ...read,
      principals: [{ type: "*", identifiers: ["*"] }],
    };
  }
  return {
    sid: "ReadIssuerDocumentsThroughCloudFront",
    ...read,
    principals: [{ type: "Service", identifiers: ["cloudfront.amazonaws.com"] }],
    condition: [
      { test: "StringEquals", variable: "AWS:SourceArn", values: [reader.distributionArn] },
    ],
  };
}
