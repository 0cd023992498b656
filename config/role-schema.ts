import { z } from "zod";

const arns = (what: string) => z.array(z.string()).optional().describe(`${what} Default: none.`);
const flag = (what: string, byDefault: boolean) =>
  z.boolean().optional().describe(`${what} Default: ${byDefault}.`);
const text = (what: string) => z.string().optional().describe(what);

/** Policies of the catalogue, each with its options. */
const policyShapes = [
  z.strictObject({
    name: z.literal("aws-load-balancer-controller").describe("The policy's name in the catalogue."),
    vpcArn: text("Change rules only of security groups in this VPC. Default: in any."),
    clusterName: text("Change only what belongs to this cluster. Default: of any."),
  }),
  z.strictObject({
    name: z.literal("cert-manager").describe("The policy's name in the catalogue."),
    hostedZoneArns: arns("Zones in which challenges are answered; none stands for all."),
    findZones: flag("Find the zone of a name by itself.", true),
  }),
  z.strictObject({
    name: z.literal("cluster-autoscaler").describe("The policy's name in the catalogue."),
    autoScalingGroupArns: arns("Auto Scaling groups that may be resized."),
    clusterName: text("Resize the groups tagged for this cluster. Default: none."),
    anyAutoScalingGroup: flag("Let every group of the account be resized.", false),
  }),
  z.strictObject({
    name: z.literal("ebs-csi").describe("The policy's name in the catalogue."),
    taggedOnly: flag("Change only volumes and snapshots that the driver has tagged.", false),
    kmsKeyArns: arns("Customer managed keys of encrypted volumes."),
  }),
  z.strictObject({ name: z.literal("efs-csi").describe("The policy's name in the catalogue.") }),
  z.strictObject({
    name: z.literal("external-dns").describe("The policy's name in the catalogue."),
    hostedZoneArns: arns("Zones in which records are kept; none stands for all."),
    recordNames: arns("Records that may be changed, with wildcards; none stands for all."),
    recordTypes: arns("Types of records that may be changed; none stands for all."),
  }),
  z.strictObject({
    name: z.literal("external-secrets").describe("The policy's name in the catalogue."),
    secretArns: arns("Secrets of Secrets Manager, with wildcards."),
    parameterArns: arns("Parameters of Parameter Store, with wildcards."),
    kmsKeyArns: arns("Customer managed keys that they are encrypted with."),
    findSecrets: flag("Find secrets by name or tag, and read several at once.", true),
    push: flag("Write them too.", false),
  }),
  z.strictObject({
    name: z.literal("mountpoint-s3-csi").describe("The policy's name in the catalogue."),
    buckets: z.array(z.string()).describe("Names of the buckets that are mounted."),
    prefix: text("The one prefix that is mounted, ending with a slash. Default: whole buckets."),
    readOnly: flag("Mounted with --read-only.", false),
    allowDelete: flag("Mounted with --allow-delete.", false),
    kmsKeyArns: arns("Customer managed keys that objects are encrypted with."),
  }),
  z.strictObject({
    name: z.literal("velero").describe("The policy's name in the catalogue."),
    buckets: z.array(z.string()).describe("Names of the buckets that backups are kept in."),
    volumeSnapshots: flag("Take snapshots of EBS volumes and restore from them.", true),
    objectTagging: flag("Tag objects.", false),
    bucketKmsKeyArns: arns("Customer managed keys of the buckets."),
    volumeKmsKeyArns: arns("Customer managed keys of restored volumes."),
  }),
] as const;

const policy = z
  .union([
    z.enum(policyShapes.map(({ shape }) => shape.name.value)),
    z.discriminatedUnion("name", policyShapes),
  ])
  .describe("A policy of the catalogue: its name, or its name with options.");

const statement = z
  .strictObject({
    sid: text("An id for people. Default: none."),
    effect: z.enum(["Allow", "Deny"]).optional().describe("Default: Allow."),
    actions: z.array(z.string()).describe("Actions, such as s3:GetObject."),
    resources: z
      .array(z.string())
      .describe('ARNs, or "*". Policy variables are written &{aws:username}.'),
    conditions: z
      .array(
        z.strictObject({
          test: z.string().describe("The operator, such as StringEquals."),
          variable: z.string().describe("The condition key."),
          values: z.array(z.string()).describe("The values; one of them must match."),
        }),
      )
      .optional()
      .describe("All of them must hold. Default: none."),
  })
  .describe("A statement of an inline policy.");

/** A role as `irsa.yaml` tells it. */
export const roleSchema = z
  .strictObject({
    name: z.string().describe("Names the role and its Terraform resources."),
    roleName: text("The role's name in IAM. Default: name."),
    serviceAccounts: z
      .array(z.string())
      .describe("Who may assume the role: NAMESPACE/NAME, with * and ? where wanted."),
    anyServiceAccount: flag('Let "*/*" stand for every ServiceAccount of the cluster.', false),
    policies: z.array(policy).optional().describe("Policies of the catalogue. Default: none."),
    awsManagedPolicies: z
      .array(z.string())
      .optional()
      .describe(
        "AWS managed policies in any partition, such as AmazonS3ReadOnlyAccess. Default: none.",
      ),
    managedPolicyArns: z
      .array(z.string())
      .optional()
      .describe("Managed policies of your own, by ARN. Default: none."),
    inlineStatements: z.array(statement).optional().describe("Default: none."),
    permissionsBoundary: text("ARN of a managed policy that limits the role. Default: none."),
    path: text("Path of the role. Default: /."),
    maxSessionDuration: z
      .number()
      .optional()
      .describe("Seconds that a session can last, 3600 to 43200. Default: 3600."),
    description: text("What the role is for. Default: none."),
    tags: z
      .record(z.string(), z.string())
      .optional()
      .describe("Tags of the role. Default: those of the cluster."),
    maxManagedPolicies: z
      .number()
      .optional()
      .describe("The account's quota of managed policies a role, 10 to 25. Default: 10."),
    maxTrustPolicyLength: z
      .number()
      .optional()
      .describe("The account's quota of characters a trust policy, 2048 to 4096. Default: 2048."),
  })
  .describe("A role for ServiceAccounts of the cluster.");

/** A role as `irsa.yaml` tells it. */
export type RoleConfig = z.output<typeof roleSchema>;
