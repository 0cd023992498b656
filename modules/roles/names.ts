import type { NameRule } from "../validation";

/** What Terraform would read as the beginning of a template, whatever the text is for. */
const noTemplate: NameRule = {
  pattern: "[$%][{]",
  forbidden: true,
  must: "hold neither ${ nor %{, which Terraform would evaluate",
};

/**
 * Names of IAM roles.
 *
 * @see {@link https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html IAM and AWS STS quotas}
 */
export const roleNameRules: readonly NameRule[] = [
  { pattern: "^.{1,64}$", must: "be 1 to 64 characters long" },
  {
    pattern: "^[A-Za-z0-9+=,.@_-]*$",
    must: "hold only letters, digits and the characters +=,.@_-",
  },
];

/** Names of IAM policies, managed or inline. */
export const policyNameRules: readonly NameRule[] = [
  { pattern: "^.{1,128}$", must: "be 1 to 128 characters long" },
  {
    pattern: "^[A-Za-z0-9+=,.@_-]*$",
    must: "hold only letters, digits and the characters +=,.@_-",
  },
];

/** Paths of IAM roles and policies. */
export const pathRules: readonly NameRule[] = [
  { pattern: "^.{1,512}$", must: "be 1 to 512 characters long" },
  {
    pattern: "^/([A-Za-z0-9+=,.@_-]+/)*$",
    must: "begin and end with a slash and hold letters, digits and +=,.@_- between single slashes",
  },
];

/** ARNs of managed policies, AWS's own or an account's. */
export const policyArnRules: readonly NameRule[] = [
  {
    pattern:
      "^arn:aws[a-z-]*:iam::(aws|[0-9]{12}):policy/([A-Za-z0-9+=,.@_-]+/)*[A-Za-z0-9+=,.@_-]+$",
    must: "be the ARN of a managed policy, such as arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess",
  },
];

/** AWS's own managed policies as their ARNs name them after `policy/`. */
export const awsManagedPolicyRules: readonly NameRule[] = [
  {
    pattern: "^([A-Za-z0-9+=,.@_-]+/)*[A-Za-z0-9+=,.@_-]+$",
    must: "be path and name of an AWS managed policy, such as service-role/AmazonEBSCSIDriverPolicy",
  },
];

/** Descriptions of roles. */
export const descriptionRules: readonly NameRule[] = [
  {
    pattern: "^[ -~¡-ÿ]{0,1000}$",
    must: "be one line of at most 1000 characters, Latin-1",
  },
  noTemplate,
];

/**
 * Namespaces, with wildcards: DNS labels.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc1123 RFC 1123}
 */
export const namespaceRules: readonly NameRule[] = [
  { pattern: "^.{1,63}$", must: "be 1 to 63 characters long" },
  {
    pattern: "^[a-z0-9*?-]*$",
    must: "hold only lower-case letters, digits, hyphens and the wildcards * and ?",
  },
  {
    pattern: "^-|-$",
    forbidden: true,
    must: "begin and end with a letter, a digit or a wildcard",
  },
];

/** Names of ServiceAccounts, with wildcards: DNS subdomains. */
export const serviceAccountNameRules: readonly NameRule[] = [
  { pattern: "^.{1,253}$", must: "be 1 to 253 characters long" },
  {
    pattern: "^[a-z0-9*?.-]*$",
    must: "hold only lower-case letters, digits, hyphens, periods and the wildcards * and ?",
  },
  {
    pattern: "(^|[.])(-|[.]|$)|-([.]|$)",
    forbidden: true,
    must: "begin and end, between periods too, with a letter, a digit or a wildcard",
  },
];

/** An issuer without its scheme, as trust policies and provider ARNs hold it. */
export const issuerHostpathRules: readonly NameRule[] = [
  { pattern: "^.{1,247}$", must: "be 1 to 247 characters long" },
  { pattern: "://", forbidden: true, must: "have no scheme: leave out https://" },
  {
    pattern: "^([A-Za-z]+://)?[a-z0-9-]+([.][a-z0-9-]+)+(/[A-Za-z0-9._~-]+)*$",
    must: "be a host and, where the issuer has one, its path, without a slash at the end",
  },
];

/** ARNs of IAM identity providers. */
export const providerArnRules: readonly NameRule[] = [
  {
    pattern: "^arn:aws[a-z-]*:iam::[0-9]{12}:oidc-provider/[A-Za-z0-9._~/-]+$",
    must: "be the ARN of an OpenID Connect provider, such as arn:aws:iam::111122223333:oidc-provider/HOST/PATH",
  },
];

/** Audiences of tokens, the client IDs of an identity provider. */
export const audienceRules: readonly NameRule[] = [
  { pattern: "^.{1,255}$", must: "be 1 to 255 characters long" },
  {
    pattern: "^[A-Za-z0-9._~:/@+=-]*$",
    must: "hold only letters, digits and the characters ._~:/@+=-",
  },
];

/** Actions of a policy statement. */
export const actionRules: readonly NameRule[] = [
  {
    pattern: "^([*]|[a-z0-9-]+:[A-Za-z0-9*?]+)$",
    must: "be SERVICE:ACTION, with wildcards where wanted, or *",
  },
];

/** Texts of a policy statement that Terraform takes as they are. */
export const statementTextRules: readonly NameRule[] = [
  {
    pattern: "^[ !#-Z^-~]+$",
    must: "be printable ASCII without quotes, backslashes and square brackets",
  },
  { ...noTemplate, must: `${noTemplate.must}; an IAM policy variable is written &{aws:username}` },
];

/** Condition operators, as far as their form tells. */
export const operatorRules: readonly NameRule[] = [
  {
    pattern: "^(ForAnyValue:|ForAllValues:)?[A-Z][A-Za-z]+$",
    must: "be a condition operator, such as StringEquals or ForAnyValue:StringLike",
  },
];

/** Statement IDs. */
export const sidRules: readonly NameRule[] = [
  { pattern: "^[A-Za-z0-9]*$", must: "hold only letters and digits" },
];
