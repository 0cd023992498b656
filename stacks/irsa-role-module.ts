import { Token } from "cdktf";
import type { Construct } from "constructs";
import { VariableRole } from "../modules/roles";
import { roleNameRules } from "../modules/validation";
import { IssuerStack } from "./base-stack";

/** A role for ServiceAccounts as a reusable Terraform module, for any issuer that AWS trusts. */
export class IrsaRoleModule extends IssuerStack {
  constructor(scope: Construct, id: string) {
    super(scope, id);
    const name = this.variable(
      "name",
      { type: "string", description: "Name of the role." },
      roleNameRules,
    );
    const role = new VariableRole(this, "role", {
      name: name.stringValue,
      issuers: this.issuers(),
      serviceAccounts: this.serviceAccounts(),
      anyServiceAccount: this.variable("any_service_account", {
        type: "bool",
        description:
          "Whether an entry such as */* may stand for every ServiceAccount of the cluster.",
        default: false,
      }),
      managedPolicyArns: this.variable("managed_policy_arns", {
        type: "list(string)",
        description: "ARNs of managed policies to attach.",
        default: [],
      }),
      inlinePolicies: this.variable("inline_policies", {
        type: "map(string)",
        description: "Inline policies as JSON, by name.",
        default: {},
      }),
      permissionsBoundary: this.optional(
        "permissions_boundary",
        "ARN of a managed policy that limits what the role can be granted. Null: none.",
      ),
      description: this.optional("description", "What the role is for. Null: nothing said."),
      path: this.variable("path", {
        type: "string",
        description: "Path of the role.",
        default: "/",
      }).stringValue,
      maxSessionDuration: this.sessionDuration(),
      tags: Token.asStringMap(
        this.variable("tags", {
          type: "map(string)",
          description: "Tags of the role.",
          default: {},
        }).value,
      ),
      maxTrustPolicyLength: this.variable("max_trust_policy_length", {
        type: "number",
        description: "The account's quota of characters a trust policy, 2048 to 4096.",
        default: 2048,
      }),
    });
    this.addProviders();
    this.output("role_arn", "ARN of the role.", role.roleArn);
    this.output("role_name", "Name of the role.", role.roleName);
  }

  private issuers() {
    const issuers = this.variable("issuers", {
      type: "list(object({ issuer_hostpath = string, oidc_provider_arn = string }))",
      description:
        "Issuers whose tokens the role trusts: issuer_hostpath and oidc_provider_arn of the module irsa, of one or more clusters.",
    });
    issuers.addValidation({
      condition:
        '${length(var.issuers) > 0 && alltrue([for issuer in var.issuers : !can(regex("^https?:|[*? ]", issuer.issuer_hostpath)) && endswith(issuer.oidc_provider_arn, ":oidc-provider/${issuer.issuer_hostpath}")])}',
      errorMessage:
        "issuers must have at least one entry, each with the issuer's host and path without https://, and the ARN of its identity provider.",
    });
    return issuers;
  }

  private serviceAccounts() {
    const serviceAccounts = this.variable("service_accounts", {
      type: "list(string)",
      description:
        "ServiceAccounts that may assume the role: NAMESPACE/NAME, with * for any characters and ? for any one where wanted.",
    });
    serviceAccounts.addValidation({
      condition:
        '${length(var.service_accounts) > 0 && alltrue([for entry in var.service_accounts : can(regex("^[a-z0-9*?]([a-z0-9*?-]{0,61}[a-z0-9*?])?/[a-z0-9*?]([a-z0-9.*?-]{0,251}[a-z0-9*?])?$", entry))])}',
      errorMessage:
        "service_accounts must have at least one entry, each NAMESPACE/NAME as Kubernetes names them.",
    });
    return serviceAccounts;
  }

  private sessionDuration(): number {
    const seconds = this.variable("max_session_duration", {
      type: "number",
      description: "Seconds that a session can last, 3600 to 43200.",
      default: 3600,
    });
    seconds.addValidation({
      condition: "${var.max_session_duration >= 3600 && var.max_session_duration <= 43200}",
      errorMessage: "max_session_duration must be 3600 to 43200.",
    });
    return seconds.numberValue;
  }

  private optional(name: string, description: string): string {
    const variable = this.variable(name, { type: "string", description, nullable: true });
    // CDKTF takes null for an absent default.
    variable.addOverride("default", Token.nullValue());
    return variable.stringValue;
  }
}
