import type { NameRule } from "../name-rule";
import type { RangeRule } from "../violation";
import { noTemplate } from "./terraform";

/** The partitions' prefix of ARNs. */
const arn = "arn:aws[a-z-]*";
const iamCharacters = "A-Za-z0-9+=,.@_-";

/**
 * The form of an AWS region's name; which regions exist is another question.
 */
export const regionRules: readonly NameRule[] = [
  { pattern: "^[a-z]{2,4}(-[a-z]+)+-[0-9]{1,2}$", must: "be an AWS region such as eu-central-1" },
];

/** @see {@link https://docs.aws.amazon.com/accounts/latest/reference/manage-acct-identifiers.html AWS account identifiers} */
export const accountIdRules: readonly NameRule[] = [
  { pattern: "^[0-9]{12}$", must: "be the 12 digits of an AWS account ID, in quotes" },
];

/**
 * The names that S3 accepts for a general purpose bucket.
 *
 * @see {@link https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html Bucket naming rules}
 */
export const bucketNameRules: readonly NameRule[] = [
  { pattern: "^.{3,63}$", must: "be 3 to 63 characters long" },
  {
    pattern: "^[a-z0-9.-]*$",
    must: "contain only lower-case letters, digits, periods and hyphens",
  },
  { pattern: "^[a-z0-9](.*[a-z0-9])?$", must: "begin and end with a letter or digit" },
  { pattern: "[.][.]", forbidden: true, must: "contain no two periods side by side" },
  {
    pattern: "^[0-9]+[.][0-9]+[.][0-9]+[.][0-9]+$",
    forbidden: true,
    must: "not be formatted as an IP address",
  },
  {
    pattern: "^(xn--|sthree-|amzn-s3-demo-)",
    forbidden: true,
    must: "not begin with a prefix that S3 reserves (xn--, sthree-, amzn-s3-demo-)",
  },
  {
    pattern: "(-s3alias|--ol-s3|[.]mrap|--x-s3|--table-s3)$",
    forbidden: true,
    must: "not end with a suffix that S3 reserves (-s3alias, --ol-s3, .mrap, --x-s3, --table-s3)",
  },
];

/** A path inside a bucket that can stand in an issuer URL. */
export const objectPrefixRules: readonly NameRule[] = [
  {
    pattern: "^[A-Za-z0-9_~-][A-Za-z0-9._~-]*(/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)*$",
    must: "be a path of letters, digits, '.', '_', '~' and '-' between single slashes, without slashes around it",
  },
  { pattern: "^.{1,128}$", must: "be 1 to 128 characters long" },
];

/** What the keys of S3's access logs begin with. */
export const logPrefixRules: readonly NameRule[] = [
  {
    pattern: "^[A-Za-z0-9/!_.*'()-]{0,512}$",
    must: "be at most 512 letters, digits and the characters /!_.*'()-",
  },
];

/** How the objects of a bucket are encrypted. */
export const bucketEncryptionRules: readonly NameRule[] = [
  {
    pattern: `^(AES256|${arn}:kms:[a-z0-9-]+:[0-9]{12}:(key|alias)/[A-Za-z0-9/_-]+)$`,
    must: 'be "AES256" or the ARN of a KMS key',
  },
];

export const kmsKeyIdRules: readonly NameRule[] = [
  { pattern: "^[A-Za-z0-9:/_-]+$", must: "be the ARN, ID or alias of a KMS key" },
];

const secretCharacters: NameRule = {
  pattern: "^[A-Za-z0-9/_+=.@-]*$",
  must: "contain only letters, digits and the characters /_+=.@-",
};

/**
 * A whole name of a Secrets Manager secret.
 *
 * @see {@link https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_CreateSecret.html CreateSecret}
 */
export const secretNameRules: readonly NameRule[] = [
  { pattern: "^.{1,512}$", must: "be 1 to 512 characters long" },
  secretCharacters,
];

/** Either half of the secret's name `PREFIX/CLUSTER`; both together stay within its 512 characters. */
export const secretNamePartRules: readonly NameRule[] = [
  { pattern: "^.{1,255}$", must: "be 1 to 255 characters long" },
  secretCharacters,
];

/** A Secrets Manager secret that is there already. */
export const secretIdRules: readonly NameRule[] = [
  {
    pattern: `^(${arn}:secretsmanager:[a-z0-9-]+:[0-9]{12}:secret:)?[A-Za-z0-9/_+=.@-]{1,519}$`,
    must: "be the name or the ARN of a secret",
  },
];

/** One version of a secret, as Secrets Manager or its owner named it. */
export const secretVersionIdRules: readonly NameRule[] = [
  {
    pattern: "^[A-Za-z0-9-]{32,64}$",
    must: "be the ID of a version: 32 to 64 letters, digits and '-'",
  },
];

/** A staging label of a secret's versions. */
export const secretVersionStageRules: readonly NameRule[] = [
  {
    pattern: "^[A-Za-z0-9/_+=.@-]{1,256}$",
    must: "be a staging label: 1 to 256 letters, digits and the characters /_+=.@-",
  },
];

/**
 * What the names of SSM parameters begin with; the parameters are one level below.
 *
 * @see {@link https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-su-create.html Parameter names}
 */
export const parameterPathRules: readonly NameRule[] = [
  {
    pattern: "^(/[A-Za-z0-9_.-]+){1,14}$",
    must: "be 1 to 14 levels, each '/' and then letters, digits and the characters _.-",
  },
  { pattern: "^.{1,900}$", must: "be at most 900 characters long" },
  {
    pattern: "^/([Aa][Ww][Ss]|[Ss][Ss][Mm])",
    forbidden: true,
    must: "not begin with /aws or /ssm",
  },
];

/** Days for which Secrets Manager keeps a destroyed secret and its name. */
export const recoveryWindowRule: RangeRule = { least: 7, greatest: 30, or: 0 };

export const thumbprintRules: readonly NameRule[] = [
  { pattern: "^[0-9A-Fa-f]{40}$", must: "be a SHA-1 of 40 hexadecimal digits" },
];

/**
 * An audience of tokens: a client ID of an IAM identity provider, a value in a trust policy, an
 * annotation of a ServiceAccount.
 *
 * @see {@link https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateOpenIDConnectProvider.html CreateOpenIDConnectProvider}
 */
export const audienceRules: readonly NameRule[] = [
  { pattern: "^.{1,255}$", must: "be 1 to 255 characters long" },
  {
    pattern: "^[!#-+.-Z^-~-]*$",
    must: "contain only printable ASCII characters, without spaces, commas, quotes, backslashes and square brackets",
  },
  noTemplate,
];

/**
 * Names of IAM roles.
 *
 * @see {@link https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html IAM and AWS STS quotas}
 */
export const roleNameRules: readonly NameRule[] = [
  { pattern: "^.{1,64}$", must: "be 1 to 64 characters long" },
  {
    pattern: `^[${iamCharacters}]*$`,
    must: "contain only letters, digits and the characters +=,.@_-",
  },
];

/** Names of IAM policies, managed or inline. */
export const policyNameRules: readonly NameRule[] = [
  { pattern: "^.{1,128}$", must: "be 1 to 128 characters long" },
  {
    pattern: `^[${iamCharacters}]*$`,
    must: "contain only letters, digits and the characters +=,.@_-",
  },
];

/** Paths of IAM roles and policies. */
export const iamPathRules: readonly NameRule[] = [
  { pattern: "^.{1,512}$", must: "be 1 to 512 characters long" },
  {
    pattern: `^/([${iamCharacters}]+/)*$`,
    must: "begin and end with a slash, with letters, digits and +=,.@_- between single slashes",
  },
];

/** ARNs of IAM roles. */
export const roleArnRules: readonly NameRule[] = [
  {
    pattern: `^${arn}:iam::[0-9]{12}:role/([${iamCharacters}]+/)*[${iamCharacters}]{1,64}$`,
    must: "be the ARN of an IAM role, such as arn:aws:iam::111122223333:role/NAME",
  },
];

/** Principals besides ServiceAccounts that a role trusts. */
export const principalRules: readonly NameRule[] = [
  {
    pattern: `^(self|[0-9]{12}|${arn}:iam::[0-9]{12}:(root|(role|user)/([${iamCharacters}]+/)*[${iamCharacters}]{1,64}))$`,
    must: "be self, the 12 digits of an AWS account ID, or the ARN of an IAM role or user",
  },
];

/** ARNs of managed policies, AWS's own or an account's. */
export const policyArnRules: readonly NameRule[] = [
  {
    pattern: `^${arn}:iam::(aws|[0-9]{12}):policy/([${iamCharacters}]+/)*[${iamCharacters}]+$`,
    must: "be the ARN of a managed policy, such as arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess",
  },
];

/** AWS's own managed policies as their ARNs name them after `policy/`. */
export const awsManagedPolicyRules: readonly NameRule[] = [
  {
    pattern: `^([${iamCharacters}]+/)*[${iamCharacters}]+$`,
    must: "be the path and name of an AWS managed policy, such as service-role/AmazonEBSCSIDriverPolicy",
  },
];

/** Descriptions of roles. */
export const roleDescriptionRules: readonly NameRule[] = [
  {
    pattern: "^[ -~¡-ÿ]{0,1000}$",
    must: "be one line of at most 1000 Latin-1 characters",
  },
  noTemplate,
];

/** ARNs of IAM identity providers. */
export const providerArnRules: readonly NameRule[] = [
  {
    pattern: `^${arn}:iam::[0-9]{12}:oidc-provider/[A-Za-z0-9._~/-]+$`,
    must: "be the ARN of an OpenID Connect provider, such as arn:aws:iam::111122223333:oidc-provider/HOST/PATH",
  },
];

/** An issuer without its scheme, as trust policies and provider ARNs contain it. */
export const issuerHostpathRules: readonly NameRule[] = [
  { pattern: "^.{1,247}$", must: "be 1 to 247 characters long" },
  { pattern: "://", forbidden: true, must: "have no scheme: leave out https://" },
  {
    pattern: "^([A-Za-z]+://)?[a-z0-9-]+([.][a-z0-9-]+)+(/[A-Za-z0-9._~-]+)*/?$",
    must: "be a host and, where the issuer has one, its path",
  },
];

/** The names of previous issuers, which name Terraform resources. */
export const previousIssuerNameRules: readonly NameRule[] = [
  {
    pattern: "^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$",
    must: "be at most 63 lower-case letters, digits and hyphens, with a letter or digit at both ends",
  },
];

/** The form of issuer URLs, as far as a pattern tells; the parser of issuer URLs knows the rest. */
export const issuerUrlRules: readonly NameRule[] = [
  { pattern: "^https://[^/?#@]+(/[^?#]*)?$", must: "be an https URL without query and user name" },
];

/** Actions of a policy statement; IAM ignores their case. */
export const actionRules: readonly NameRule[] = [
  {
    pattern: "^([*]|[A-Za-z0-9-]+:[A-Za-z0-9*?]+)$",
    must: "be SERVICE:ACTION, with wildcards where wanted, or *",
  },
];

/**
 * Resources, condition keys and values of a policy statement.
 *
 * @see {@link https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreatePolicy.html CreatePolicy} for the characters
 */
export const statementTextRules: readonly NameRule[] = [
  { pattern: "^[ -~¡-ÿ]+$", must: "be one line of printable Latin-1 characters" },
  { ...noTemplate, must: `${noTemplate.must}; an IAM policy variable is written &{aws:username}` },
];

/** Condition operators, as far as their form tells. */
export const conditionOperatorRules: readonly NameRule[] = [
  {
    pattern: "^(ForAnyValue:|ForAllValues:)?[A-Z][A-Za-z]+$",
    must: "be a condition operator, such as StringEquals or ForAnyValue:StringLike",
  },
];

/** Statement IDs. */
export const sidRules: readonly NameRule[] = [
  { pattern: "^[A-Za-z0-9]*$", must: "contain only letters and digits" },
];

/** The ARN of the certificate of a CloudFront distribution. */
export const certificateArnRules: readonly NameRule[] = [
  {
    pattern: `^${arn}:acm:us-east-1:[0-9]{12}:certificate/[A-Za-z0-9-]+$`,
    must: "be the ARN of an ACM certificate in us-east-1, where CloudFront reads it",
  },
];

/** Domain names of a CloudFront distribution. */
export const domainNameRules: readonly NameRule[] = [
  { pattern: "^.{1,253}$", must: "be 1 to 253 characters long" },
  {
    pattern: "^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?[.])+[a-z]([a-z0-9-]{0,61}[a-z0-9])?$",
    must: "be a DNS name in lower case, such as oidc.example.org",
  },
];

/** How many thumbprints an IAM identity provider has. */
export const maxThumbprints = 5;

/** How many audiences an IAM identity provider has. */
export const maxAudiences = 100;

/** How many tags AWS allows on a resource. */
export const maxTags = 50;

const tagCharacters = (least: number, greatest: number): readonly NameRule[] => [
  { pattern: `^.{${least},${greatest}}$`, must: `be ${least} to ${greatest} characters long` },
  {
    pattern: "^[\\p{L}\\p{Z}\\p{N}_.:/=+@-]*$",
    must: "contain only letters, digits, spaces and the characters _.:/=+@-",
  },
];

/**
 * Keys of tags that every service accepts.
 *
 * @see {@link https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html#id_tags_naming_best_practices Tag naming limits and requirements}
 */
export const tagKeyRules: readonly NameRule[] = [
  ...tagCharacters(1, 128),
  { pattern: "^[aA][wW][sS]:", forbidden: true, must: "not begin with aws:, which AWS reserves" },
];

/** Values of tags that every service accepts. */
export const tagValueRules: readonly NameRule[] = tagCharacters(0, 256);

export const maxSessionDurationRule: RangeRule = { least: 3600, greatest: 43_200 };
export const maxManagedPoliciesRule: RangeRule = { least: 10, greatest: 25 };
export const maxTrustPolicyLengthRule: RangeRule = { least: 2048, greatest: 4096 };
