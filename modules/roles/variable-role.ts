import { DataAwsIamPolicyDocument } from "@cdktf/provider-aws/lib/data-aws-iam-policy-document";
import { IamRole, type IamRoleConfig } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import { IamRolePolicyAttachment } from "@cdktf/provider-aws/lib/iam-role-policy-attachment";
import { Fn, Op, type TerraformVariable } from "cdktf";
import { Construct } from "constructs";
import { addressed, local } from "../synthesis";

/** Props of {@link VariableRole}: Terraform variables, whose types are those named. */
export interface VariableRoleProps extends Pick<
  IamRoleConfig,
  "description" | "maxSessionDuration" | "name" | "path" | "permissionsBoundary" | "tags"
> {
  /** `list(object({ issuer_hostpath = string, oidc_provider_arn = string }))`. */
  readonly issuers: TerraformVariable;
  /** `list(string)`: `NAMESPACE/NAME`, with `*` and `?` where wanted. */
  readonly serviceAccounts: TerraformVariable;
  /** `bool`: whether an entry may stand for every ServiceAccount of the cluster. */
  readonly anyServiceAccount: TerraformVariable;
  /** `list(string)`. */
  readonly managedPolicyArns: TerraformVariable;
  /** `map(string)`: policies as JSON, by name. */
  readonly inlinePolicies: TerraformVariable;
  /** `number`. */
  readonly maxTrustPolicyLength: TerraformVariable;
}

/**
 * A role for ServiceAccounts that Terraform alone knows: what `ServiceAccountRole` decides at synthesis,
 * Terraform's expressions decide here.
 *
 * @see {@link https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-idp_oidc.html Create a role for OpenID Connect federation}
 */
export class VariableRole extends Construct {
  readonly roleArn: string;
  readonly roleName: string;

  constructor(scope: Construct, id: string, props: VariableRoleProps) {
    super(scope, id);
    const { issuers, serviceAccounts, managedPolicyArns, inlinePolicies, ...rest } = props;
    const { maxTrustPolicyLength, anyServiceAccount, ...role } = rest;

    const trust = this.trustPolicy(issuers, serviceAccounts);
    const made = addressed(
      new IamRole(this, "role", {
        ...role,
        assumeRolePolicy: trust.json,
        lifecycle: {
          precondition: [
            {
              condition: `\${var.${anyServiceAccount.friendlyUniqueId} || alltrue([for entry in var.${serviceAccounts.friendlyUniqueId} : !can(regex("^[*?]+/[*?]+$", entry))])}`,
              errorMessage:
                "service_accounts must not stand for every ServiceAccount of the cluster unless any_service_account is true.",
            },
            {
              condition: Op.lte(Fn.lengthOf(trust.minifiedJson), maxTrustPolicyLength.numberValue),
              errorMessage:
                "The trust policy has more characters than max_trust_policy_length: name fewer ServiceAccounts or issuers, or ask AWS for a higher quota.",
            },
          ],
        },
      }),
      "this",
    );
    const attachment = addressed(
      new IamRolePolicyAttachment(this, "managed", { role: made.name, policyArn: "${each.value}" }),
      "managed",
    );
    attachment.addOverride("for_each", Fn.toset(managedPolicyArns.listValue));
    const inline = addressed(
      new IamRolePolicy(this, "inline", {
        name: "${each.key}",
        role: made.name,
        policy: "${each.value}",
      }),
      "inline",
    );
    inline.addOverride("for_each", inlinePolicies.value);
    this.roleArn = made.arn;
    this.roleName = made.name;
  }

  /** One statement an issuer and operator: IAM wants all conditions of a statement to hold. */
  private trustPolicy(
    issuers: TerraformVariable,
    serviceAccounts: TerraformVariable,
  ): DataAwsIamPolicyDocument {
    const subjects = (wildcard: boolean) =>
      `\${[for entry in var.${serviceAccounts.friendlyUniqueId} : "system:serviceaccount:\${replace(entry, "/", ":")}" if ${wildcard ? "" : "!"}can(regex("[*?]", entry))]}`;
    local(this, "exact_subjects", subjects(false));
    local(this, "wildcard_subjects", subjects(true));
    const statements = local(
      this,
      "trust_statements",
      `\${flatten([for issuer in var.${issuers.friendlyUniqueId} : [for test, subjects in { StringEquals = local.exact_subjects, StringLike = local.wildcard_subjects } : { issuer = issuer, test = test, subjects = subjects } if length(subjects) > 0]])}`,
    );
    const document = addressed(new DataAwsIamPolicyDocument(this, "trust", {}), "trust");
    const issuer = (member: string) => `\${statement.value.issuer.${member}}`;
    document.addOverride("dynamic.statement", {
      for_each: statements,
      content: {
        effect: "Allow",
        actions: ["sts:AssumeRoleWithWebIdentity"],
        principals: [{ type: "Federated", identifiers: [issuer("oidc_provider_arn")] }],
        condition: [
          {
            test: "StringEquals",
            variable: `${issuer("issuer_hostpath")}:aud`,
            values: ["sts.amazonaws.com"],
          },
          {
            test: "${statement.value.test}",
            variable: `${issuer("issuer_hostpath")}:sub`,
            values: "${statement.value.subjects}",
          },
        ],
      },
    });
    return document;
  }
}
