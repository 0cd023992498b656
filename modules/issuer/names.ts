import type { NameRule } from "../validation";

/**
 * The names that S3 accepts for a general purpose bucket.
 *
 * @see {@link https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html Bucket naming rules}
 */
export const bucketNameRules: readonly NameRule[] = [
  { pattern: "^.{3,63}$", must: "be 3 to 63 characters long" },
  {
    pattern: "^[a-z0-9.-]*$",
    must: "hold only lower-case letters, digits, periods and hyphens",
  },
  {
    pattern: "^[a-z0-9](.*[a-z0-9])?$",
    must: "begin and end with a letter or digit",
  },
  { pattern: "[.][.]", forbidden: true, must: "hold no two periods side by side" },
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
    must: "be a path of letters, digits, '.', '_', '~' and '-' between single slashes, none around it",
  },
  { pattern: "^.{1,128}$", must: "be 1 to 128 characters long" },
];

const secretCharacters: NameRule = {
  pattern: "^[A-Za-z0-9/_+=.@-]*$",
  must: "hold only letters, digits and the characters /_+=.@-",
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
