import { z } from "zod";

const text = (description: string) => z.string().meta({ description });
const texts = (description: string) => z.array(z.string()).meta({ description });
const flag = (description: string) => z.boolean().meta({ description });

/** Gives a definition the name under which the JSON Schema has it once. */
function named<T extends z.ZodType>(id: string, description: string, schema: T): T {
  return schema.meta({ id, description });
}

const findingSchema = named(
  "finding",
  "Something that a reviewer should know.",
  z.strictObject({
    code: text("Stable across releases, such as IRSA-ROLE-ADMINISTRATOR."),
    severity: z.enum(["error", "warning", "info"]),
    about: z
      .strictObject({
        kind: z.enum(["cluster", "issuer", "bucket", "key", "role"]),
        name: text("The name of the cluster, bucket, key or role; the URL of the issuer."),
      })
      .meta({ description: "What it is about." }),
    what: text("One sentence."),
    actual: text("The value that it is about.").optional(),
    expected: text("What would be right.").optional(),
    remedy: text("What to do.").optional(),
  }),
);

const conditionSchema = named(
  "condition",
  "A condition of a policy statement.",
  z.strictObject({
    test: text("The operator, such as StringEquals."),
    variable: text("The condition key."),
    values: texts("One of them must match."),
  }),
);

const statementSchema = named(
  "statement",
  "A statement of a permissions policy.",
  z.strictObject({
    sid: text("Its ID.").optional(),
    effect: z.enum(["Allow", "Deny"]),
    actions: texts("The actions."),
    resources: texts("ARNs, or *."),
    conditions: z.array(conditionSchema),
  }),
);

const secretSchema = named(
  "secret",
  "A secret in AWS Secrets Manager.",
  z.strictObject({
    name: text("Its name, or the ARN of one that is made elsewhere."),
    madeHere: flag("The stack makes it."),
    kmsKey: text("What encrypts it, unless it is aws/secretsmanager.").optional(),
    resourcePolicy: flag("It has a resource policy of its own."),
    replicaRegions: texts("Further regions with a copy."),
  }),
);

const keySchema = named(
  "key",
  "A signing key of the issuer.",
  z.strictObject({
    name: text("Its name in the configuration."),
    algorithm: text("Such as RSA-2048, or the kind of a public key: RSA, EC.").optional(),
    phase: z.enum(["signing", "published"]).meta({
      description:
        "signing: it signs new tokens. published: AWS accepts tokens that it has signed; it is staged, or it drains.",
    }),
    keyIds: texts("The kid of each of its public keys; empty where Terraform makes the key."),
    privateKey: z
      .strictObject({
        place: z.enum(["terraform-state", "secrets-manager", "owner"]).meta({
          description:
            "terraform-state: in the state, and in a secret if there is one. secrets-manager: there alone. owner: whoever brought the public key.",
        }),
        secret: secretSchema.optional(),
      })
      .meta({ description: "Where its private half is." }),
    publicKeyParameter: text(
      "The SSM parameter that takes its public half to the JWKS.",
    ).optional(),
  }),
);

const documentSchema = named(
  "document",
  "A document that relying parties read.",
  z.strictObject({
    name: z.enum(["openid-configuration", "keys.json"]),
    url: text("Where it is read."),
    location: text("The object that contains it, such as s3://BUCKET/keys.json.").optional(),
    publishedBy: z
      .enum(["object-acl", "bucket-policy", "bucket-owner", "cloudfront", "self"])
      .meta({
        description:
          "What makes it public: its ACL, the bucket's policy, what the owner of a bucket made elsewhere adds to its policy, a CloudFront distribution, or you.",
      }),
  }),
);

const bucketSchema = named(
  "bucket",
  "The bucket that contains the documents.",
  z.strictObject({
    name: z.string(),
    madeHere: flag("The stack makes it."),
    everyoneReads: texts(
      "Objects that everyone may read, as keys in the bucket; with wildcards, all that match.",
    ),
    distributionReads: texts("Objects that the CloudFront distribution may read."),
    aclsCount: flag("ACLs count: any object can be made public with one.").optional(),
    versioning: flag("S3 keeps earlier versions.").optional(),
    encryption: text("AES256, or the KMS key.").optional(),
    accessLogs: text("Where S3 writes access logs.").optional(),
  }),
);

const distributionSchema = named(
  "distribution",
  "The CloudFront distribution that serves the documents.",
  z.strictObject({
    domain: text("The domain that relying parties use."),
    viewers: text("Its viewer protocol policy, such as https-only."),
    minimumTls: text("The oldest TLS that it speaks.").optional(),
  }),
);

const providerSchema = named(
  "identityProvider",
  "An IAM identity provider, and the issuer that the account trusts by it.",
  z.strictObject({
    arn: z.string(),
    issuerUrl: z.string(),
    isPrevious: flag("The issuer is a former one of the cluster."),
    madeHere: flag("The stack makes it."),
    audiences: texts("Audiences of tokens that it accepts; empty where it is made elsewhere."),
    thumbprint: z.enum(["certificate", "given", "none", "not-known"]).meta({
      description: "What IAM falls back on for the certificate of the issuer's host.",
    }),
  }),
);

const webIdentitySchema = named(
  "webIdentity",
  "ServiceAccounts that may assume a role, by tokens of one issuer.",
  z.strictObject({
    provider: text("The ARN of the identity provider."),
    audiences: texts("Audiences that the role accepts; empty: any."),
    serviceAccounts: texts("NAMESPACE/NAME; * for any characters, ? for one. */*: all."),
    conditions: z
      .array(conditionSchema)

      .meta({ description: "Conditions besides those of audience and subject." }),
  }),
);

const principalsSchema = named(
  "principals",
  "Others that may assume a role.",
  z.strictObject({
    type: text("Such as AWS or Service."),
    identifiers: texts("ARNs, accounts or services."),
    actions: texts("Such as sts:AssumeRole."),
    conditions: z.array(conditionSchema),
  }),
);

const policySchema = named(
  "policy",
  "A policy of a role.",
  z.strictObject({
    name: z.string(),
    type: z.enum(["inline", "aws-managed", "customer-managed"]),
    arn: text("Of a managed policy that exists already.").optional(),
    catalogue: text("The policy of this project's catalogue that it is, or comes with.").optional(),
    statements: z
      .array(statementSchema)

      .optional()
      .meta({ description: "Of a policy that the stack makes." }),
  }),
);

const roleSchema = named(
  "role",
  "An IAM role.",
  z.strictObject({
    name: text("Its name in IAM."),
    arn: z.string(),
    description: z.string().optional(),
    maxSessionSeconds: z.number().meta({ description: "How long a session can last." }),
    permissionsBoundary: text("The ARN of the policy that limits it.").optional(),
    webIdentities: z.array(webIdentitySchema),
    otherPrincipals: z.array(principalsSchema),
    policies: z.array(policySchema),
  }),
);

const seenSchema = named(
  "seen",
  "What `irsa doctor --evidence` has seen of the published documents.",
  z.strictObject({
    at: text("When; ISO 8601."),
    readable: flag("Anyone could read both documents."),
    keyIds: texts("The kid of each published key."),
    unchangedSince: text(
      "Since when the JWKS has been as it was, by its Last-Modified; ISO 8601.",
    ).optional(),
    certificate: z
      .strictObject({ subject: z.string(), notAfter: text("ISO 8601.") })
      .optional()
      .meta({ description: "The certificate of the JWKS' host." }),
  }),
);

const clusterSchema = named(
  "cluster",
  "A cluster: one stack.",
  z.strictObject({
    name: z.string(),
    region: z.string().optional(),
    accountId: z.string().optional(),
    state: z
      .strictObject({
        backend: text("Terraform's name of the backend."),
        location: text("Where in it, if it is known.").optional(),
      })
      .meta({ description: "Where Terraform keeps the state." }),
    deletionProtection: flag("A plan fails that would end the issuer."),
    issuer: z.strictObject({
      url: text("As tokens have it."),
      hosting: z.enum(["s3", "cloudfront", "self-published", "existing"]),
    }),
    keys: z.array(keySchema),
    retiredKeys: texts("Names of former keys that are not published any more."),
    documents: z.array(documentSchema),
    bucket: bucketSchema.optional(),
    distribution: distributionSchema.optional(),
    seen: seenSchema.optional(),
    identityProviders: z.array(providerSchema),
    roles: z.array(roleSchema),
    findings: z.array(findingSchema),
  }),
);

/** The report, defined once: its type, its JSON Schema and its documentation. */
const reportSchema = z
  .strictObject({
    version: z.literal(1).meta({ description: "Of this format." }),
    date: text("The date that the report was asked to bear, YYYY-MM-DD.").optional(),
    clusters: z.array(clusterSchema),
  })
  .meta({
    title: "Trust report",
    description:
      "What `irsa report --json` writes. A value that Terraform knows at apply alone contains its expression, ${…}.",
  });

/** A trust report. */
export type Report = z.output<typeof reportSchema>;

export type ReportedCluster = z.output<typeof clusterSchema>;
export type ReportedFinding = z.output<typeof findingSchema>;
export type ReportedSight = z.output<typeof seenSchema>;
export type ReportedKey = z.output<typeof keySchema>;
export type ReportedProvider = z.output<typeof providerSchema>;
export type ReportedRole = z.output<typeof roleSchema>;
export type ReportedPolicy = z.output<typeof policySchema>;
export type ReportedDocument = z.output<typeof documentSchema>;
export type ReportedBucket = z.output<typeof bucketSchema>;
export type WebIdentity = z.output<typeof webIdentitySchema>;
export type Principals = z.output<typeof principalsSchema>;
export type Statement = z.output<typeof statementSchema>;
export type Condition = z.output<typeof conditionSchema>;

/**
 * The JSON Schema of a report.
 *
 * @see {@link https://json-schema.org/draft/2020-12 JSON Schema 2020-12}
 */
export function reportJsonSchema(): object {
  return { $id: "irsa-report.schema.json", ...z.toJSONSchema(reportSchema) };
}
