import { z } from "zod";
import {
  accountIdRules,
  audienceRules,
  bucketEncryptionRules,
  bucketNameRules,
  certificateArnRules,
  clusterNameRules,
  domainNameRules,
  issuerUrlRules,
  kmsKeyIdRules,
  logPrefixRules,
  maxAudiences,
  maxThumbprints,
  objectPrefixRules,
  parameterPathRules,
  previousIssuerNameRules,
  recoveryWindowRule,
  regionRules,
  resourceNameRules,
  roleArnRules,
  secretIdRules,
  secretNamePartRules,
  secretNameRules,
  stringSchema,
  thumbprintRules,
  timeRules,
} from "../modules/validation";
import { backendNames } from "../stacks/backend";
import { distributionSchemas } from "./distribution-schema";
import { distributionNames } from "./distribution-names";
import {
  hostingKinds,
  isGoingWith,
  ownHostingKinds,
  placeSettings,
  requiredSetting,
} from "./hosting-settings";
import { choice, flag, optionalText, optionalTexts, range, text } from "./properties";
import { roleSchema } from "./role-schema";
import { tagsSchema } from "./tags-schema";
import { talosSchema } from "./talos-schema";

/** For the JSON Schema: properties that a map must not have. */
function exclude(...names: readonly string[]) {
  return { properties: Object.fromEntries(names.map((name) => [name, false])) };
}

const bucket = z
  .strictObject({
    name: text("The bucket's name.", bucketNameRules),
    existing: flag("The bucket is made elsewhere: its settings and policy stay with its owner."),
    prefix: optionalText(
      "Path inside the bucket, so that several clusters can share one. Default: none.",
      objectPrefixRules,
    ),
    forceDestroy: flag("Destroying the bucket removes what others have put into it."),
    versioning: flag("S3 keeps earlier versions of the documents."),
    encryption: optionalText(
      "AES256, or the ARN of a KMS key (with cloudfront only). Default: AES256, by S3 itself.",
      bucketEncryptionRules,
    ),
    accessLogs: z
      .strictObject({
        bucketName: text("The bucket that S3 writes access logs to.", bucketNameRules),
        prefix: optionalText("What the logs' keys begin with. Default: nothing.", logPrefixRules),
      })
      .optional()
      .meta({ description: "Where S3 writes access logs. Default: nowhere." }),
  })
  .meta({
    description: "The bucket and its settings.",
    if: { properties: { existing: { const: true } }, required: ["existing"] },
    then: exclude("forceDestroy", "versioning", "encryption", "accessLogs"),
  });

const domain = z
  .strictObject({
    name: text("The domain, whose DNS record is yours to make.", domainNameRules),
    certificateArn: text("Its certificate in ACM, in us-east-1.", certificateArnRules),
  })
  .optional()
  .meta({ description: "A domain of your own. Default: the distribution's." });

const publicBy = choice(
  "What makes the documents public in S3. Default: acl with s3, policy with s3-virtual-hosted.",
  ["acl", "policy"],
);

const priceClass = choice(
  "From where CloudFront answers.",
  ["PriceClass_100", "PriceClass_200", "PriceClass_All"],
  "PriceClass_100",
);

const key = z
  .strictObject({
    name: text(
      "Names the key; the Terraform resource of one that is made follows it.",
      resourceNameRules,
    ),
    previousName: optionalText(
      "The name that the key had until now, after a rename. Default: none.",
      resourceNameRules,
    ),
    algorithm: choice(
      "Kind of a key that Terraform makes.",
      ["RSA-2048", "RSA-3072", "RSA-4096", "EC-P256", "EC-P384", "EC-P521"],
      "RSA-2048",
    ),
    keptIn: choice(
      "Where a key is kept that Terraform makes: secrets-manager, and in no state (Terraform or OpenTofu 1.11 and later), or state.",
      ["state", "secrets-manager"],
      "state",
    ),
    publicKeyRelay: choice(
      "What takes the public key of a key in Secrets Manager to the JWKS: an SSM parameter, or a certificate request in the state, which needs no permission, but tls 4.4 and an RSA key.",
      ["ssm-parameter", "certificate-request"],
      "ssm-parameter",
    ),
    secretId: optionalText(
      "Name or ARN of a secret that contains the private key already; Terraform publishes its public half and keeps it in no state. Default: none.",
      secretIdRules,
    ),
    versionId: optionalText("The secret's version. Default: by versionStage."),
    versionStage: optionalText("The staging label of the secret's version. Default: AWSCURRENT."),
    publicKeyFile: optionalText(
      "A file with public keys of your own (PEM, JWK or JWKS), relative to this file. Default: none.",
    ),
    publicKey: optionalText(
      "Public keys of your own: PEM, JWK or JWKS, as a string. Default: none.",
    ),
    signedUntil: optionalText(
      "When the key has signed last (UTC), as `irsa rotate` records it before it retires the key. Default: not recorded.",
      timeRules,
    ),
    keyId: choice(
      "Where the kid of public keys of your own comes from: as-given keeps the one that an external signer writes into its tokens.",
      ["computed", "as-given"],
      "computed",
    ),
  })
  .meta({
    description: "A key: made by Terraform, or your own public key.",
    if: { anyOf: [{ required: ["publicKey"] }, { required: ["publicKeyFile"] }] },
    then: {
      ...exclude(
        ...["algorithm", "previousName", "keptIn", "publicKeyRelay"],
        ...["secretId", "versionId", "versionStage"],
      ),
      not: { required: ["publicKey", "publicKeyFile"] },
    },
    else: exclude("keyId"),
    dependentRequired: { versionId: ["secretId"], versionStage: ["secretId"] },
    dependentSchemas: {
      publicKeyRelay: {
        anyOf: [
          { required: ["secretId"] },
          { required: ["keptIn"], properties: { keptIn: { const: "secrets-manager" } } },
        ],
      },
    },
  });

const secret = z
  .union([
    z.literal("none"),
    z.strictObject({
      name: optionalText(
        "The secret's name. Default: secretPrefix/NAME-OF-THE-CLUSTER.",
        secretNameRules,
      ),
      format: choice(
        "base64 of the PEM, as Talos takes it, or the PEM itself.",
        ["base64", "pem"],
        "base64",
      ),
      recoveryWindowInDays: range(
        "Days for which the destroyed secret and its name are kept: 7 to 30, or 0.",
        recoveryWindowRule,
        30,
      ),
      kmsKeyId: optionalText(
        "ARN or id of the KMS key, of the machine secrets of a Talos cluster, too. Default: aws/secretsmanager.",
        kmsKeyIdRules,
      ),
      replicaRegions: optionalTexts("Further regions with a copy. Default: none.", regionRules),
      policyFile: optionalText(
        "A file with the secret's resource policy (JSON), relative to this file; the machine secrets of a Talos cluster get it, too. Default: none.",
      ),
    }),
  ])
  .optional()
  .meta({
    description:
      'How the private signing key is kept in Secrets Manager; "none" leaves it in the state. Default: by secretPrefix.',
  });

/** Where an issuer of the cluster is published that does not sign, as the cluster says it of its own. */
function furtherHosting() {
  return {
    bucket: z
      .union([z.string().meta(stringSchema(bucketNameRules)), bucket])
      .optional()
      .meta({
        description: "The bucket that keeps its documents, another one than the cluster's.",
      }),
    publicBy,
    domain,
    priceClass,
    issuerUrl: optionalText(
      "The issuer URL, as tokens have it. Required with self-published.",
      issuerUrlRules,
    ),
  };
}

/** For the JSON Schema: what each way of hosting a further issuer needs, and what does not go with it. */
const rulesOfHosting = ownHostingKinds.map((kind) => ({
  if: { required: ["hosting"], properties: { hosting: { const: kind } } },
  then: {
    required: [requiredSetting(kind)],
    ...exclude(...placeSettings.filter((setting) => !isGoingWith(setting, kind))),
  },
}));

const nextIssuer = z
  .strictObject({
    name: text("Names the issuer; its Terraform names end with it.", previousIssuerNameRules),
    hosting: z
      .enum(ownHostingKinds)
      .meta({ description: "Where relying parties read its two documents." }),
    ...furtherHosting(),
  })
  .optional()
  .meta({
    description:
      "An issuer that the cluster is to move to: it is published and trusted, and does not sign yet. Default: none.",
    allOf: rulesOfHosting,
  });

const previousIssuer = z
  .strictObject({
    name: text(
      "Names the Terraform resource of its identity provider; with hosting, the name that the issuer has had.",
      previousIssuerNameRules,
    ),
    url: optionalText(
      "Its issuer URL, if its documents are published elsewhere; they must stay published.",
      issuerUrlRules,
    ),
    existing: flag("Its identity provider is made elsewhere, in the same account."),
    hosting: z
      .enum(ownHostingKinds)
      .optional()
      .meta({ description: "Where its documents go on being published by this stack." }),
    ...furtherHosting(),
    signedUntil: optionalText(
      "When the cluster has signed as this issuer last (UTC), as `irsa migrate` records it before it retires the issuer. Default: not recorded.",
      timeRules,
    ),
  })
  .meta({
    description: "An issuer that stays trusted while the cluster moves.",
    if: { required: ["url"] },
    then: exclude("hosting", ...placeSettings),
    else: { required: ["hosting"], ...exclude("existing") },
    allOf: rulesOfHosting,
  });

const backend = z
  .strictObject({
    type: z.string().meta({
      description: "Terraform's name of the backend, such as s3, local or gcs.",
      enum: backendNames,
    }),
    config: z
      .record(
        z.string(),
        z.unknown().meta({ type: ["string", "number", "boolean", "array", "object"] }),
      )
      .optional()
      .meta({
        description:
          "Its arguments, as Terraform names them; the rest comes with -backend-config. Default: none.",
      }),
  })
  .optional();

const assumeRole = z
  .strictObject({
    roleArn: text("The role's ARN.", roleArnRules),
    externalId: optionalText(
      "The external ID that the role's trust policy asks for. Default: none.",
    ),
    sessionName: optionalText("The session's name. Default: the provider's own."),
  })
  .optional()
  .meta({ description: "A role that the AWS provider assumes. Default: none." });

/** A cluster of `irsa.yaml`; what does not go with its hosting is checked apart. */
export const clusterSchema = z
  .strictObject({
    name: text("The cluster's name, and the stack's.", clusterNameRules),
    region: text("The AWS region, such as eu-central-1.", regionRules),
    skipRegionValidation: flag("The region is newer than this release, and named on purpose."),
    profile: optionalText(
      "A profile of the AWS configuration files. Default: the credentials of Terraform's environment.",
    ),
    assumeRole,
    accountId: optionalText(
      "The account that the stack belongs in; a plan in any other fails. Default: not checked.",
      accountIdRules,
    ),
    backend: backend.meta({
      description: "Where Terraform keeps the stack's state. Default: the file's backend.",
    }),
    hosting: z.enum(hostingKinds).optional().meta({
      description:
        "Where relying parties read the two documents; existing: an issuer that AWS trusts already. Default: s3.",
      default: "s3",
    }),
    bucket: z
      .union([z.string().meta(stringSchema(bucketNameRules)), bucket])
      .optional()
      .meta({
        description:
          "The bucket that keeps the documents: its name, or the name with settings. Required with s3, s3-virtual-hosted and cloudfront.",
      }),
    publicBy,
    domain,
    priceClass,
    issuerUrl: optionalText(
      "The issuer URL, as tokens have it. Required with self-published and existing.",
      issuerUrlRules,
    ),
    createProvider: flag("Make the IAM identity provider here, for an issuer of another account."),
    keys: z.array(key).optional().meta({
      description: "The keys, in the order they are published. Default: one, named key.",
      minItems: 1,
    }),
    signingKey: optionalText(
      "Name of the key that signs. Default: the first that Terraform makes, else the first.",
      resourceNameRules,
    ),
    retiredKeys: optionalTexts(
      "Names of keys that may be dropped from the JWKS: no valid token is signed with them. Default: none.",
      resourceNameRules,
    ),
    deletionProtection: flag(
      "A plan fails that would end the issuer or drop a key that is not retired.",
      true,
    ),
    jwksComputation: choice(
      "What computes the JWKS of keys that Terraform makes: a Node program, or Terraform's functions.",
      ["program", "functions"],
      "program",
    ),
    emptyKeyId: flag(
      "Publish the signing key again with an empty kid, for Kubernetes before 1.16.",
    ),
    secretPrefix: optionalText(
      "First part of the name of the private key's secret. Default: none.",
      secretNamePartRules,
    ),
    secret,
    parameterPath: optionalText(
      "What the names of SSM parameters begin with, which carry public halves of keys that are in Secrets Manager alone. Default: /self-hosted-irsa/NAME-OF-THE-CLUSTER.",
      parameterPathRules,
    ),
    thumbprint: z
      .union([
        z.enum(["certificate", "none"]),
        z
          .array(z.string().meta(stringSchema(thumbprintRules)))
          .meta({ minItems: 1, maxItems: maxThumbprints }),
      ])
      .optional()
      .meta({
        description:
          "What IAM falls back on for the host's certificate: certificate, none, or SHA-1 values. Default: certificate.",
      }),
    additionalAudiences: optionalTexts(
      "Audiences besides sts.amazonaws.com. Default: none.",
      [...audienceRules, { pattern: "^sts[.]amazonaws[.]com$", forbidden: true, must: "" }],
      { maxItems: maxAudiences - 1 },
    ),
    issuerName: optionalText(
      "Name of the issuer that signs: its Terraform names end with it. Default: oidc, the first one's, which adds nothing.",
      previousIssuerNameRules,
    ),
    nextIssuer,
    previousIssuers: z
      .array(previousIssuer)
      .optional()
      .meta({ description: "Issuers that stay trusted while the cluster moves. Default: none." }),
    retiredIssuers: optionalTexts(
      "Names of issuers that may be destroyed: none of their tokens is valid. Default: none.",
      previousIssuerNameRules,
    ),
    talos: talosSchema,
    ...distributionSchemas,
    serviceAccountRoles: z
      .array(roleSchema)
      .optional()
      .meta({ description: "Roles for ServiceAccounts. Default: none." }),
    tags: tagsSchema(
      "Tags of everything that is made and can have them, except for the two documents. Default: none.",
    ),
  })
  .meta({
    description: "A cluster: a stack of its own.",
    // It runs one distribution.
    dependentSchemas: Object.fromEntries(
      distributionNames.map((name) => [
        name,
        exclude(...distributionNames.filter((other) => other !== name)),
      ]),
    ),
  });

/** What `defaults` may say: everything of a cluster except what is its own, in parts where it is a map. */
export const defaultsSchema = clusterSchema
  .omit({ name: true, issuerName: true, nextIssuer: true, retiredIssuers: true })
  .extend({
    bucket: bucket.partial().optional().meta({ description: "Settings of the buckets." }),
    talos: talosSchema
      .unwrap()
      .partial()
      .optional()
      .meta({ description: "How Talos patches are written." }),
    assumeRole: assumeRole
      .unwrap()
      .partial()
      .optional()
      .meta({ description: "The role that the AWS provider assumes." }),
  })
  .partial()
  .meta({
    description:
      "What clusters share. A cluster's own values come first; maps are merged key by key, lists are replaced, and what does not go with a cluster's hosting does not apply to it.",
  });

/** The shape of `irsa.yaml`, with clusters that are checked one by one. */
export const fileSchema = z
  .strictObject({
    $schema: z
      .string()
      .optional()
      .meta({ description: "The JSON Schema of this file, for editors." }),
    backend: backend.meta({
      description:
        "Where Terraform keeps the state of every stack. Default: local, beside the checkout's package.json.",
    }),
    defaults: z.record(z.string(), z.unknown()).optional(),
    clusters: z.array(z.unknown()).min(1).optional().meta({
      description:
        "One stack each, besides those of clusters/*.yaml. Default: one stack irsa, with Terraform variables.",
    }),
  })
  .meta({ description: "Configuration of self-hosted-irsa." });

/** A cluster of `irsa.yaml`; files are not read yet. */
export type ClusterConfig = z.output<typeof clusterSchema>;

/** Where an issuer that is published beside the one that signs has its documents. */
export type NextIssuerConfig = NonNullable<ClusterConfig["nextIssuer"]>;

/** The backend of `irsa.yaml`. */
export type BackendConfig = NonNullable<ClusterConfig["backend"]>;
