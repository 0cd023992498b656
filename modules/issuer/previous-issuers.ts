import type { Construct } from "constructs";
import { parseIssuerUrl } from "../documents";
import { currentCallerIdentity, currentPartition, identifier } from "../synthesis";
import { checkText, checkUnique, type NameRule, type Violation } from "../validation";
import { checkRegisteredIssuerUrl } from "./hosting";
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
  const { hostpath } = parseIssuerUrl(url, { isRegistered: true });
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
    must: "be at most 63 lower-case letters, digits and hyphens, with a letter or digit at both ends",
  },
];

/**
 * What is wrong with previous issuers.
 *
 * @param present the present issuer's URL, where it is known
 */
export function previousIssuerViolations(
  issuers: readonly PreviousIssuer[],
  present: string | undefined,
): Violation[] {
  const path = ["previousIssuers"];
  const repeated = (property: "name" | "url") =>
    checkUnique(
      path,
      issuers.map((issuer) => issuer[property]),
    ).map((violation) => ({ ...violation, path: [...violation.path, property] }));
  return [
    ...issuers.flatMap(({ name, url }, index) => [
      ...checkText([...path, index, "name"], name, nameRules),
      ...checkRegisteredIssuerUrl([...path, index, "url"], url),
      ...(url === present
        ? [
            {
              path: [...path, index, "url"],
              rule: "must differ from the present issuer's URL",
              given: url,
            },
          ]
        : []),
    ]),
    ...repeated("name"),
    ...repeated("url"),
  ];
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
  return {
    issuerUrl: url,
    issuerHostpath: parseIssuerUrl(url, { isRegistered: true }).hostpath,
    providerArn,
  };
}
