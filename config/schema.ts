import { z } from "zod";
import { roleSchema } from "./role-schema";

const tags = z
  .record(z.string(), z.string())
  .describe("Tags of everything that is made and can have them, except for the two documents.");

const bucket = z
  .strictObject({
    name: z.string().describe("The bucket's name."),
    existing: z
      .boolean()
      .optional()
      .describe(
        "The bucket is made elsewhere: its settings and policy stay with its owner. Default: false.",
      ),
    prefix: z
      .string()
      .optional()
      .describe("Path inside the bucket, so that several clusters can share one. Default: none."),
    forceDestroy: z
      .boolean()
      .optional()
      .describe("Destroying the bucket removes what others have put into it. Default: false."),
    versioning: z
      .boolean()
      .optional()
      .describe("S3 keeps earlier versions of the documents. Default: false."),
    encryption: z
      .string()
      .optional()
      .describe(
        "AES256, or the ARN of a KMS key (with cloudfront only). Default: AES256, by S3 itself.",
      ),
    accessLogs: z
      .strictObject({
        bucketName: z.string().describe("The bucket that S3 writes access logs to."),
        prefix: z.string().optional().describe("What the logs' keys begin with. Default: nothing."),
      })
      .optional()
      .describe("Where S3 writes access logs. Default: nowhere."),
  })
  .describe("The bucket and its settings.");

const key = z
  .strictObject({
    name: z
      .string()
      .describe("Names the key; the Terraform resource of one that is made follows it."),
    previousName: z
      .string()
      .optional()
      .describe("The name that the key had until now, after a rename. Default: none."),
    algorithm: z
      .enum(["RSA-2048", "RSA-3072", "RSA-4096", "EC-P256", "EC-P384", "EC-P521"])
      .optional()
      .describe("Kind of a key that Terraform makes. Default: RSA-2048."),
    publicKeyFile: z
      .string()
      .optional()
      .describe("A file with public keys of your own (PEM, JWK or JWKS), relative to this file."),
    publicKey: z
      .string()
      .optional()
      .describe("Public keys of your own: PEM, JWK or JWKS, as text."),
    signs: z
      .boolean()
      .optional()
      .describe("This key signs. Default: the first that Terraform makes, else the first."),
  })
  .describe("A key: made by Terraform, or your own public key.");

const secret = z
  .union([
    z.literal("none"),
    z.strictObject({
      name: z
        .string()
        .optional()
        .describe("The secret's name. Default: secretPrefix/NAME-OF-THE-CLUSTER."),
      format: z
        .enum(["base64", "pem"])
        .optional()
        .describe("base64 of the PEM, as Talos takes it, or the PEM itself. Default: base64."),
      recoveryWindowInDays: z
        .number()
        .optional()
        .describe(
          "Days for which the destroyed secret and its name are kept: 7 to 30, or 0. Default: 30.",
        ),
      kmsKeyId: z
        .string()
        .optional()
        .describe("ARN or id of the KMS key. Default: aws/secretsmanager."),
      replicaRegions: z
        .array(z.string())
        .optional()
        .describe("Further regions with a copy. Default: none."),
      policyFile: z
        .string()
        .optional()
        .describe(
          "A file with the secret's resource policy (JSON), relative to this file. Default: none.",
        ),
    }),
  ])
  .describe(
    'How the private signing key is kept in Secrets Manager; "none" leaves it in the state.',
  );

const previousIssuer = z
  .strictObject({
    name: z.string().describe("Names the Terraform resource of its identity provider."),
    url: z.string().describe("Its issuer URL; its documents must stay published."),
    existing: z
      .boolean()
      .optional()
      .describe("Its identity provider is made elsewhere, in the same account. Default: false."),
  })
  .describe("An issuer that stays trusted while the cluster moves.");

const talos = z
  .strictObject({
    version: z
      .string()
      .describe('The Talos that runs on the control plane, such as "1.13" (in quotes).'),
    generatedBy: z
      .string()
      .optional()
      .describe("The Talos that generated the machine configuration. Default: version."),
    form: z
      .enum(["string", "list", "document"])
      .optional()
      .describe(
        "Form of the patch, for a Talos that is not known here yet. Default: follows from the versions.",
      ),
    acceptedIssuers: z
      .array(z.string())
      .optional()
      .describe(
        "Issuers that the API server goes on accepting and AWS never sees, such as https://10.0.0.1:6443. Default: none.",
      ),
    controlPlaneEndpoint: z
      .string()
      .optional()
      .describe(
        "The control plane's URL, such as https://10.0.0.1:6443; needed in the form document.",
      ),
    publishedJwksUri: z
      .boolean()
      .optional()
      .describe(
        "The API server's own discovery document names the published JWKS. Default: false.",
      ),
    apiAudiences: z
      .array(z.string())
      .optional()
      .describe(
        "Audiences of the Kubernetes API besides the control-plane endpoint. Default: none.",
      ),
    extraApiServerArgs: z
      .record(z.string(), z.union([z.string(), z.array(z.string())]))
      .optional()
      .describe(
        "More flags of the API server, such as those of an OIDC login provider. Default: none.",
      ),
  })
  .describe("How the Talos machine-config patch is written.");

export const clusterSchema = z
  .strictObject({
    name: z.string().describe("The cluster's name, and the stack's."),
    region: z.string().describe("The AWS region, such as eu-central-1."),
    hosting: z
      .enum(["s3", "s3-virtual-hosted", "cloudfront", "self-published", "existing"])
      .optional()
      .describe(
        "Where relying parties read the two documents; existing: an issuer that AWS trusts already. Default: s3.",
      ),
    bucket: z
      .union([z.string(), bucket])
      .optional()
      .describe("The bucket that keeps the documents; left out with self-published and existing."),
    publicBy: z
      .enum(["acl", "policy"])
      .optional()
      .describe(
        "What makes the documents public in S3. Default: acl with s3, policy with s3-virtual-hosted.",
      ),
    domain: z
      .strictObject({
        name: z.string().describe("The domain, whose DNS record is yours to make."),
        certificateArn: z.string().describe("Its certificate in ACM, in us-east-1."),
      })
      .optional()
      .describe("A domain of your own, with cloudfront. Default: the distribution's."),
    priceClass: z
      .enum(["PriceClass_100", "PriceClass_200", "PriceClass_All"])
      .optional()
      .describe("From where CloudFront answers. Default: PriceClass_100."),
    issuerUrl: z.string().optional().describe("The issuer URL, with self-published or existing."),
    createProvider: z
      .boolean()
      .optional()
      .describe(
        "With existing: make the IAM identity provider here, for an issuer of another account. Default: false.",
      ),
    keys: z
      .array(key)
      .optional()
      .describe("The keys, in the order they are published. Default: one, named key."),
    retiredKeys: z
      .array(z.string())
      .optional()
      .describe(
        "Names of keys that may be dropped from the JWKS: no valid token is signed with them. Default: none.",
      ),
    deletionProtection: z
      .boolean()
      .optional()
      .describe(
        "A plan fails that would end the issuer or drop a key that is not retired. Default: true.",
      ),
    jwks: z
      .enum(["program", "functions"])
      .optional()
      .describe(
        "What computes the JWKS of keys that Terraform makes: a Node program, or Terraform's functions. Default: program.",
      ),
    signingKey: z
      .string()
      .optional()
      .describe(
        "Name of the key that signs. Default: the first that Terraform makes, else the first.",
      ),
    emptyKeyId: z
      .boolean()
      .optional()
      .describe(
        "Publish the signing key again with an empty kid, for Kubernetes before 1.16. Default: false.",
      ),
    secretPrefix: z
      .string()
      .optional()
      .describe("First part of the name of the private key's secret."),
    secret: secret.optional(),
    thumbprint: z
      .union([z.enum(["certificate", "none"]), z.array(z.string())])
      .optional()
      .describe(
        "What IAM falls back on for the host's certificate: certificate, none, or SHA-1 values. Default: certificate.",
      ),
    additionalAudiences: z
      .array(z.string())
      .optional()
      .describe("Audiences besides sts.amazonaws.com. Default: none."),
    previousIssuers: z.array(previousIssuer).optional().describe("Default: none."),
    talos: talos.optional(),
    serviceAccountRoles: z
      .array(roleSchema)
      .optional()
      .describe("Roles for ServiceAccounts. Default: none."),
    tags: tags.optional(),
  })
  .describe("A cluster: a stack of its own.");

/** The shape of `irsa.yaml`. What a value must be beyond its type is for the constructs to say. */
export const configSchema = z
  .strictObject({
    $schema: z.string().optional().describe("The JSON Schema of this file, for editors."),
    backend: z
      .strictObject({
        type: z.string().describe("Terraform's name of the backend, such as s3, local or gcs."),
        config: z
          .record(
            z.string(),
            z.union([
              z.string(),
              z.number(),
              z.boolean(),
              z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
            ]),
          )
          .optional()
          .describe("Its arguments, as Terraform names them; the rest comes with -backend-config."),
      })
      .optional()
      .describe(
        "Where Terraform keeps the state. Default: local, beside the checkout's package.json.",
      ),
    clusters: z
      .array(clusterSchema)
      .min(1)
      .optional()
      .describe("One stack each. Default: one stack irsa, with Terraform variables."),
  })
  .describe("Configuration of self-hosted-irsa.");

/** A cluster as `irsa.yaml` tells it. */
export type ClusterConfig = z.output<typeof clusterSchema>;

/** `irsa.yaml` as its shape is; files are not read yet. */
export type FileConfig = z.output<typeof configSchema>;

/** The JSON Schema of `irsa.yaml`, for editors. */
export function jsonSchema(): object {
  return {
    ...z.toJSONSchema(configSchema, { io: "input" }),
    $id: "irsa.schema.json",
    title: "irsa.yaml",
  };
}
