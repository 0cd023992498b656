import type { Construct } from "constructs";
import { parseIssuerUrl } from "../documents";
import { currentCallerIdentity, currentPartition, identifier } from "../synthesis";
import { checkText, checkUnique, previousIssuerNameRules, type Violation } from "../validation";
import { checkRegisteredIssuerUrl } from "./hosting";
import { IdentityProvider, type IdentityProviderOptions, stsAudience } from "./identity-provider";
import type { IssuerIdentity } from "./issuer-base";

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
      ...checkText([...path, index, "name"], name, previousIssuerNameRules),
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

/** Makes or finds the IAM identity provider of a previous issuer, with the audiences of the present one. */
export function trustPreviousIssuer(
  scope: Construct,
  { name, url, existing = false }: PreviousIssuer,
  present: IdentityProviderOptions,
): IssuerIdentity {
  const { hostpath } = parseIssuerUrl(url, { isRegistered: true });
  const { additionalAudiences = [], tags, thumbprint } = present;
  const identity = {
    issuerUrl: url,
    issuerHostpath: hostpath,
    audiences: [stsAudience, ...additionalAudiences],
  };
  if (existing) return { ...identity, providerArn: registeredProviderArn(scope, hostpath) };
  const { arn: providerArn } = new IdentityProvider(scope, `previous-${name}`, {
    additionalAudiences,
    tags,
    // SHA-1 values that were given are those of the present host.
    thumbprint: typeof thumbprint === "object" ? "none" : thumbprint,
    issuerUrl: url,
    after: [],
    address: identifier(`previous_${name}`),
  });
  return { ...identity, providerArn };
}

/** The ARN that an issuer's provider has in the account. */
export function registeredProviderArn(scope: Construct, hostpath: string): string {
  const { partition } = currentPartition(scope);
  const { accountId } = currentCallerIdentity(scope);
  return `arn:${partition}:iam::${accountId}:oidc-provider/${hostpath}`;
}
