import { byAddress, type Element, type TerraformConfiguration } from "./terraform-json";

/** Who asks for an object: anyone, or CloudFront on behalf of a distribution. */
export type Reader = "anonymous" | { readonly service: string; readonly sourceArn: string };

interface Statement {
  readonly effect: string;
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  readonly principals: readonly {
    readonly type: string;
    readonly identifiers: readonly string[];
  }[];
  readonly condition?: readonly {
    readonly test: string;
    readonly variable: string;
    readonly values: readonly string[];
  }[];
}

interface PublicAccessBlock {
  readonly block_public_acls: boolean;
  readonly block_public_policy: boolean;
  readonly ignore_public_acls: boolean;
  readonly restrict_public_buckets: boolean;
}

/** ARNs that Terraform knows at apply. */
export const distributionArn = "arn:aws:cloudfront::111122223333:distribution/E1";

/**
 * What S3 would answer to GetObject, from bucket policy, public-access block, object ownership and ACLs
 * as they are synthesized. Knows as much of S3's rules as these need, and throws at what it does not
 * know, or what S3 would refuse to have set.
 *
 * @see {@link https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html Blocking public access to your Amazon S3 storage}
 */
export class BucketAccess {
  private readonly statements: readonly Statement[];
  private readonly block: PublicAccessBlock;
  private readonly acls: ReadonlyMap<string, string>;

  constructor(
    configuration: TerraformConfiguration,
    private readonly bucket: string,
  ) {
    const elements = byAddress(configuration);
    const policy = elements["aws_s3_bucket_policy.oidc"];
    const document = elements["data.aws_iam_policy_document.oidc"] as
      { readonly statement: readonly Statement[] } | undefined;
    if (policy !== undefined && policy.policy !== "${data.aws_iam_policy_document.oidc.json}") {
      throw new Error("the bucket's policy is another one");
    }
    this.statements = policy === undefined ? [] : (document?.statement ?? []);
    this.block = elements["aws_s3_bucket_public_access_block.oidc"] as unknown as PublicAccessBlock;
    const ownership = (
      elements["aws_s3_bucket_ownership_controls.oidc"] as unknown as {
        rule: { object_ownership: string };
      }
    ).rule.object_ownership;
    const objects = Object.entries(elements)
      .filter(([address]) => address.startsWith("aws_s3_object."))
      .map(([, object]) => object);
    this.acls = new Map(objects.flatMap((object) => this.aclOf(object, ownership)));
    if (this.block.block_public_policy && this.statements.some(isPublic)) {
      throw new Error("S3 refuses the policy: the public-access block forbids public ones");
    }
  }

  /** Whether S3 hands an object over. */
  mayGet(reader: Reader, key: string): boolean {
    const matching = this.statements.filter((statement) => this.matches(statement, reader, key));
    if (matching.some(({ effect }) => effect !== "Allow")) return false;
    const restricted =
      reader === "anonymous" &&
      this.block.restrict_public_buckets &&
      this.statements.some(isPublic);
    const byAcl =
      reader === "anonymous" && !this.block.ignore_public_acls && this.acls.get(key) !== undefined;
    return !restricted && (byAcl || matching.length > 0);
  }

  private aclOf({ key, acl }: Element, ownership: string): [string, string][] {
    if (acl === undefined) return [];
    if (ownership === "BucketOwnerEnforced") throw new Error("S3 refuses ACLs in this bucket");
    if (this.block.block_public_acls) throw new Error("S3 refuses public ACLs in this bucket");
    if (acl !== "public-read") throw new Error(`what is the ACL ${acl as string}?`);
    return [[key as string, acl]];
  }

  private matches(statement: Statement, reader: Reader, key: string): boolean {
    const { actions, resources, principals, condition = [] } = statement;
    return (
      actions.some((action) => wildcard(action, "s3:GetObject")) &&
      resources.some((arn) => wildcard(this.resolve(arn), `arn:aws:s3:::${this.bucket}/${key}`)) &&
      principals.some((principal) => isPrincipal(principal, reader)) &&
      condition.every(({ test, variable, values }) => {
        if (test !== "StringEquals" || variable !== "AWS:SourceArn") {
          throw new Error(`what is the condition ${test} on ${variable}?`);
        }
        return (
          reader !== "anonymous" &&
          values.map((value) => this.resolve(value)).includes(reader.sourceArn)
        );
      })
    );
  }

  private resolve(text: string): string {
    return text
      .replace("${aws_s3_bucket.oidc.arn}", `arn:aws:s3:::${this.bucket}`)
      .replace("${data.aws_partition.current.partition}", "aws")
      .replace("${aws_cloudfront_distribution.oidc.arn}", distributionArn);
  }
}

function isPrincipal(
  { type, identifiers }: Statement["principals"][number],
  reader: Reader,
): boolean {
  if (type === "*") return identifiers.includes("*");
  if (type !== "Service") throw new Error(`what is a principal of type ${type}?`);
  return reader !== "anonymous" && identifiers.includes(reader.service);
}

/** Whether S3 calls a statement public: for everyone, without a condition on who. */
function isPublic({ effect, principals, condition = [] }: Statement): boolean {
  return (
    effect === "Allow" && principals.some(({ type }) => type === "*") && condition.length === 0
  );
}

function wildcard(pattern: string, text: string): boolean {
  const source = pattern
    .replace(/[\\^$.|+()[\]{}]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  return new RegExp(`^${source}$`, "s").test(text);
}
