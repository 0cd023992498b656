import type { Construct } from "constructs";
import { parseIssuerUrl } from "../documents";
import { currentCallerIdentity, currentPartition, identifier } from "../synthesis";
import { type NameRule, shown, violations } from "../validation";
import { issuerUrlViolations } from "./hosting";
import { IdentityProvider, type Thumbprint } from "./identity-provider";

/** An issuer whose tokens stay trusted while a cluster moves to another. */
export interface PreviousIssuer {
  /** Names the Terraform resource `aws_iam_openid_connect_provider.previous_NAME`. */
  readonly name: string;
  /** Its URL; its documents must stay published. */
  readonly url: string;
  /**
   * Whether its IAM identity provider is made elsewhere, in the same account.
   * @default false
   */
  readonly existing?: boolean;
}

/** An issuer whose IAM identity provider is made elsewhere, in the same account. */
export type ExistingIssuer = Pick<PreviousIssuer, "url"> & { readonly existing: true };

/** The issuer whose IAM identity provider is made elsewhere, in the same account. */
export function existingIssuer(scope: Construct, { url }: ExistingIssuer): IssuerIdentity {
  const { hostpath } = parseIssuerUrl(url);
  return {
    issuerUrl: url,
    issuerHostpath: hostpath,
    providerArn: `arn:${currentPartition(scope).partition}:iam::${currentCallerIdentity(scope).accountId}:oidc-provider/${hostpath}`,
  };
}

/** An issuer that AWS trusts: what a role needs to know of it. */
export interface IssuerIdentity {
  readonly issuerUrl: string;
  readonly issuerHostpath: string;
  readonly providerArn: string;
}

const nameRules: readonly NameRule[] = [
  {
    pattern: "^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$",
    must: "be at most 63 lower-case letters, digits and '-', a letter or digit at either end",
  },
];

/**
 * What is wrong with previous issuers, one sentence a broken rule.
 *
 * @param present the present issuer's URL, where it is known
 */
export function previousIssuerViolations(
  issuers: readonly PreviousIssuer[],
  present: string | undefined,
): string[] {
  const twice = (what: "name" | "url", index: number) =>
    issuers.findIndex((other) => other[what] === issuers[index]?.[what]) < index
      ? [
          `previousIssuers[${index}].${what} must be there once, got twice: ${shown(issuers[index]?.[what])}`,
        ]
      : [];
  return issuers.flatMap(({ name, url }, index) => [
    ...violations(`previousIssuers[${index}].name`, name, nameRules),
    ...twice("name", index),
    ...issuerUrlViolations(`previousIssuers[${index}].url`, url),
    ...twice("url", index),
    ...(url === present
      ? [`previousIssuers[${index}].url must differ from the present issuer's, got: ${shown(url)}`]
      : []),
  ]);
}

/** Makes or finds the IAM identity provider of a previous issuer. */
export function trustPreviousIssuer(
  scope: Construct,
  { name, url, existing = false }: PreviousIssuer,
  options: { readonly thumbprint?: Thumbprint; readonly tags?: Readonly<Record<string, string>> },
): IssuerIdentity {
  if (existing) return existingIssuer(scope, { url, existing });
  const { arn: providerArn } = new IdentityProvider(scope, `previous-${name}`, {
    ...options,
    issuerUrl: url,
    after: [],
    address: identifier(`previous_${name}`),
  });
  return { issuerUrl: url, issuerHostpath: parseIssuerUrl(url).hostpath, providerArn };
}
