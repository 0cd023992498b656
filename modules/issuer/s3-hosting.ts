import { createHash } from "node:crypto";
import { DataAwsPartition } from "@cdktf/provider-aws/lib/data-aws-partition";
import { DataAwsRegion } from "@cdktf/provider-aws/lib/data-aws-region";
import { S3Bucket } from "@cdktf/provider-aws/lib/s3-bucket";
import { S3BucketOwnershipControls } from "@cdktf/provider-aws/lib/s3-bucket-ownership-controls";
import { S3BucketPublicAccessBlock } from "@cdktf/provider-aws/lib/s3-bucket-public-access-block";
import { S3Object } from "@cdktf/provider-aws/lib/s3-object";
import { Fn, type IResolvable, type ITerraformDependable, Op, Token } from "cdktf";
import { Construct } from "constructs";
import { objectKeys } from "../documents";
import { addressed, assertValid, local, violations } from "../terraform";
import type { DocumentHosting, IssuerDocuments } from "./hosting";
import { bucketNameRules } from "./names";

/** Props of {@link S3Hosting}. */
export interface S3HostingProps {
  /** The bucket to make. */
  readonly bucketName: string;
  /**
   * Whether destroying the bucket removes what others have put into it.
   * @default false
   */
  readonly forceDestroy?: boolean | IResolvable;
  /** @default - no tags */
  readonly tags?: Readonly<Record<string, string>>;
}

/**
 * A bucket whose two documents are public by their ACLs, at a path-style URL: as in the module of the
 * Talos documentation.
 */
export class S3Hosting extends Construct implements DocumentHosting {
  readonly issuerUrl: string;
  readonly issuerHostpath: string;
  readonly jwksUri: string;
  /** The bucket of the documents. */
  readonly bucket: S3Bucket;
  private readonly publicAccess: ITerraformDependable[];

  constructor(scope: Construct, id: string, props: S3HostingProps) {
    super(scope, id);
    const { bucketName, forceDestroy, tags } = props;
    assertValid(violations("bucketName", bucketName, bucketNameRules));

    const region = addressed(new DataAwsRegion(this, "region"), "current");
    const partition = addressed(new DataAwsPartition(this, "partition"), "current");
    const host = `s3.${region.id}.${partition.dnsSuffix}`;
    this.issuerHostpath = local(this, "issuer_hostpath", `${host}/${bucketName}`);
    this.issuerUrl = local(this, "issuer_url", `https://${this.issuerHostpath}`);
    this.jwksUri = local(this, "jwks_uri", `${this.issuerUrl}/${objectKeys().jwks}`);

    this.bucket = addressed(
      new S3Bucket(this, "bucket", { bucket: bucketName, forceDestroy, tags }),
      "oidc",
    );
    this.publicAccess = [
      addressed(
        new S3BucketOwnershipControls(this, "ownership", {
          bucket: this.bucket.id,
          rule: { objectOwnership: "BucketOwnerPreferred" },
        }),
        "oidc",
      ),
      addressed(
        new S3BucketPublicAccessBlock(this, "public-access", {
          bucket: this.bucket.id,
          blockPublicAcls: false,
          blockPublicPolicy: false,
          ignorePublicAcls: false,
          restrictPublicBuckets: false,
        }),
        "oidc",
      ),
    ];
  }

  publish({ discovery, jwks }: IssuerDocuments): ITerraformDependable[] {
    const keys = objectKeys();
    const jwksObject = this.object("keys_json", keys.jwks, jwks);
    if (Token.isUnresolved(jwks)) jwksObject.lifecycle = { precondition: [holdsKeys(jwks)] };
    return [jwksObject, this.object("openid-configuration", keys.discovery, discovery)];
  }

  private object(name: string, key: string, content: string): S3Object {
    return addressed(
      new S3Object(this, name, {
        bucket: this.bucket.id,
        key,
        content,
        contentType: "application/json",
        acl: "public-read",
        etag: md5(content),
        dependsOn: this.publicAccess,
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
