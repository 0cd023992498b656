import { z } from "zod";
import { policyCatalogue } from "../modules/roles";
import {
  actionRules,
  audienceRules,
  awsManagedPolicyRules,
  conditionOperatorRules,
  iamPathRules,
  maxManagedPoliciesRule,
  maxSessionDurationRule,
  maxTrustPolicyLengthRule,
  policyArnRules,
  policyNameRules,
  principalRules,
  roleDescriptionRules,
  roleNameRules,
  serviceAccountEntryRules,
  sidRules,
  statementTextRules,
} from "../modules/validation";
import { choice, flag, optionalText, optionalTexts, range, text, texts } from "./properties";
import { tagsSchema } from "./tags-schema";

/** Policies of the catalogue, each with its options. */
const policyShapes = [...policyCatalogue.values()].map(({ schema }) => schema);

const policy = z
  .union([
    z.enum([...policyCatalogue.keys()]),
    z.discriminatedUnion("name", policyShapes as [z.ZodObject<{ name: z.ZodLiteral<string> }>]),
  ])
  .meta({ description: "A policy of the catalogue: its name, or its name with options." });

const condition = z
  .strictObject({
    test: text("The operator, such as StringEquals.", conditionOperatorRules),
    variable: text("The condition key.", statementTextRules),
    values: texts("The values; one of them must match.", statementTextRules, { minItems: 1 }),
  })
  .meta({ description: "A condition of a statement." });

const statement = z
  .strictObject({
    sid: optionalText("An id for people. Default: none.", sidRules),
    effect: choice("What the statement does.", ["Allow", "Deny"], "Allow"),
    actions: texts("Actions, such as s3:GetObject.", actionRules, { minItems: 1 }),
    resources: texts(
      'ARNs, or "*". Policy variables are written &{aws:username}.',
      statementTextRules,
      { minItems: 1 },
    ),
    conditions: z
      .array(condition)
      .optional()
      .meta({ description: "All of them must hold. Default: none." }),
  })
  .meta({ description: "A statement of an inline policy." });

/** A role of `irsa.yaml`. */
export const roleSchema = z
  .strictObject({
    name: text("Names the role and its Terraform resources.", roleNameRules),
    roleName: optionalText("The role's name in IAM. Default: name.", roleNameRules),
    serviceAccounts: texts(
      "Who may assume the role: NAMESPACE/NAME, with * and ? where wanted.",
      serviceAccountEntryRules,
      { minItems: 1 },
    ),
    primaryFor: optionalTexts(
      "Those of the ServiceAccounts that have further roles, and whose pods get this one by annotations and the webhook's map. Default: none.",
      serviceAccountEntryRules,
    ),
    additionalTrustedPrincipals: optionalTexts(
      "Others that may assume the role: ARNs of roles and users, accounts of 12 digits, or self. Default: none.",
      principalRules,
    ),
    audiences: optionalTexts(
      "Audiences of tokens that the role trusts; annotations ask for the first. Default: the issuer's.",
      audienceRules,
      { minItems: 1 },
    ),
    anyServiceAccount: flag('Let "*/*" stand for every ServiceAccount of the cluster.'),
    policies: z
      .array(policy)
      .optional()
      .meta({ description: "Policies of the catalogue. Default: none." }),
    awsManagedPolicies: optionalTexts(
      "AWS managed policies in any partition, such as AmazonS3ReadOnlyAccess. Default: none.",
      awsManagedPolicyRules,
    ),
    managedPolicyArns: optionalTexts(
      "Managed policies of your own, by ARN. Default: none.",
      policyArnRules,
    ),
    inlineStatements: z
      .array(statement)
      .optional()
      .meta({ description: "Statements of an inline policy. Default: none." }),
    inlinePolicyName: optionalText("That policy's name. Default: inline.", policyNameRules),
    permissionsBoundary: optionalText(
      "ARN of a managed policy that limits the role. Default: none.",
      policyArnRules,
    ),
    path: optionalText("Path of the role. Default: /.", iamPathRules),
    maxSessionDuration: range("Seconds that a session can last.", maxSessionDurationRule, 3600),
    description: optionalText("What the role is for. Default: none.", roleDescriptionRules),
    tags: tagsSchema("Tags of the role. Default: those of the cluster."),
    maxManagedPolicies: range(
      "The account's quota of managed policies a role.",
      maxManagedPoliciesRule,
      10,
    ),
    maxTrustPolicyLength: range(
      "The account's quota of characters a trust policy.",
      maxTrustPolicyLengthRule,
      2048,
    ),
  })
  .meta({ description: "A role for ServiceAccounts of the cluster." });

/** A role of `irsa.yaml`. */
export type RoleConfig = z.output<typeof roleSchema>;
