import type { ListedRole } from "./issuer-facts";

type Block = Readonly<Record<string, unknown>>;

const asBlock = (value: unknown): Block =>
  typeof value === "object" && value !== null ? (value as Block) : {};

const asList = (value: unknown): readonly unknown[] =>
  value === undefined ? [] : Array.isArray(value) ? value : [value];

/**
 * Whether a role's trust policy lets tokens of an issuer in: a statement allows it that names its identity
 * provider, and has no condition on the tokens of another one, which would never be met.
 *
 * @see {@link https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html#condition-keys-wif Condition keys of web identity federation}
 */
export function trusts({ trustPolicy }: ListedRole, issuerUrl: string): boolean {
  const hostpath = issuerUrl.replace(/^https:\/\//, "");
  return asList(asBlock(trustPolicy).Statement)
    .map(asBlock)
    .some(
      (statement) =>
        statement.Effect === "Allow" &&
        names(statement, hostpath) &&
        tokenKeys(statement).every((key) => key.startsWith(`${hostpath}:`.toLowerCase())),
    );
}

function names({ Principal }: Block, hostpath: string): boolean {
  return asList(asBlock(Principal).Federated).some((arn) =>
    String(arn).endsWith(`:oidc-provider/${hostpath}`),
  );
}

/** Condition keys about a token, in lower case: IAM ignores their case. */
function tokenKeys({ Condition }: Block): string[] {
  return Object.values(asBlock(Condition))
    .flatMap((block) => Object.keys(asBlock(block)))
    .map((key) => key.toLowerCase())
    .filter((key) => !/^(aws|sts):/.test(key));
}
