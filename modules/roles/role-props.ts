import type { PolicyStatement } from "./policy-document";
import type { RolePolicy } from "./role-policy";
import type { TrustedIssuer } from "./trust-policy";

/** A managed policy whose ARN is known to Terraform only. */
export interface NamedPolicyArn {
  /** Names the attachment's Terraform resource, after the role's name. */
  readonly name: string;
  /** The ARN of the policy. */
  readonly arn: string;
}

/** Props of {@link ServiceAccountRole}. */
export interface ServiceAccountRoleProps {
  /** Names the role and its Terraform resources, whatever its position among others. */
  readonly name: string;
  /**
   * Who may assume the role: `NAMESPACE/NAME`, with `*` for any characters and `?` for any one where
   * wanted.
   */
  readonly serviceAccounts: readonly string[];
  /**
   * Those of the ServiceAccounts that have further roles, and whose pods get this one by annotations
   * and the webhook's map.
   * @default - none; each ServiceAccount has one role
   */
  readonly primaryFor?: readonly string[];
  /**
   * Others that may assume the role, by `sts:AssumeRole`: ARNs of roles and users, the 12 digits of an
   * account, or `self` for the role itself.
   * @default - none
   */
  readonly additionalTrustedPrincipals?: readonly string[];
  /** Whose tokens count: the issuers of one or more clusters, previous ones included. */
  readonly issuers: readonly TrustedIssuer[];
  /**
   * The audiences of tokens that the role trusts; the first one is what annotations and the webhook's
   * map ask for.
   * @default - the audiences of each issuer
   */
  readonly audiences?: readonly string[];
  /** Let an entry with wildcards alone stand for every ServiceAccount of the cluster. @default false */
  readonly anyServiceAccount?: boolean;
  /** Policies of the catalogue, or of your own making. @default - none */
  readonly policies?: readonly RolePolicy[];
  /**
   * AWS managed policies to attach, whatever the partition, as path and name:
   * `AmazonS3ReadOnlyAccess`, `service-role/NAME`.
   * @default - none
   */
  readonly awsManagedPolicies?: readonly string[];
  /**
   * Managed policies to attach, by ARN. The last part of an ARN names its Terraform resource; where that part is
   * a token, give the name too.
   * @default - none
   */
  readonly managedPolicyArns?: readonly (string | NamedPolicyArn)[];
  /** Statements of an inline policy. @default - none */
  readonly inlineStatements?: readonly PolicyStatement[];
  /** The name of that policy. @default "inline" */
  readonly inlinePolicyName?: string;
  /** The ARN of a managed policy that limits what the role can be granted. @default - no boundary */
  readonly permissionsBoundary?: string;
  /** The path of the role and of the policies made for it. @default "/" */
  readonly path?: string;
  /** For how many seconds a session can last, 3600 to 43200. @default - 3600, IAM's own default */
  readonly maxSessionDuration?: number;
  /** Tags of the role and of the policies made for it. @default - none */
  readonly tags?: Readonly<Record<string, string>>;
  /** What the role is for. @default - none */
  readonly description?: string;
  /** The name in IAM, where it is to differ from `name` or is a token. @default - `name` */
  readonly roleName?: string;
  /** The account's quota of managed policies a role, up to 25. @default 10 */
  readonly maxManagedPolicies?: number;
  /** The account's quota of characters a trust policy, up to 4096. @default 2048 */
  readonly maxTrustPolicyLength?: number;
}
