import { z } from "zod";
import { policyCatalogue } from "../modules/roles";

const flag = (what: string, byDefault: boolean) =>
  z.boolean().optional().describe(`${what} Default: ${byDefault}.`);
const text = (what: string) => z.string().optional().describe(what);

/** Policies of the catalogue, each with its options. */
const policyShapes = [...policyCatalogue.values()].map(({ schema }) => schema);

const policy = z
  .union([
    z.enum([...policyCatalogue.keys()]),
    z.discriminatedUnion("name", policyShapes as [z.ZodObject<{ name: z.ZodLiteral<string> }>]),
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
