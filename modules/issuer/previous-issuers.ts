import type { Construct } from "constructs";
import { parseIssuerUrl } from "../documents";
import { currentCallerIdentity, currentPartition, identifier } from "../synthesis";
import { checkText, checkUnique, previousIssuerNameRules, type Violation } from "../validation";
import { checkRegisteredIssuerUrl, type Hosting } from "./hosting";
import { IdentityProvider, type IdentityProviderOptions, stsAudience } from "./identity-provider";
import type { IssuerIdentity } from "./issuer-base";
import type { HostedIssuer } from "./issuer-publication";

/** An issuer whose tokens stay trusted while a cluster moves to another; either `url` or `hosting` is given. */
export interface PreviousIssuer {
  /**
   * Names the Terraform resource `aws_iam_openid_connect_provider.previous_NAME`; of one with `hosting`, it
   * is the name that the issuer has had.
   */
  readonly name: string;
  /**
   * The URL of one whose documents are published elsewhere, and must stay so.
   * @default - by `hosting`
   */
  readonly url?: string;
  /**
   * Where the documents go on being published, of an issuer that signed as this one.
   * @default - elsewhere, at `url`
   */
  readonly hosting?: Hosting;
  /**
   * Whether the IAM identity provider of one at `url` is made elsewhere, in the same account.
   * @default false
   */
  readonly existing?: boolean;
}

/** A previous issuer whose documents are published elsewhere. */
type IssuerElsewhere = PreviousIssuer & { readonly url: string };

/** Whether the documents of a previous issuer are published elsewhere. */
export function isElsewhere(issuer: PreviousIssuer): issuer is IssuerElsewhere {
  return issuer.url !== undefined;
}

/** Whether the documents of a previous issuer are published here. */
export function isHosted(issuer: PreviousIssuer): issuer is PreviousIssuer & HostedIssuer {
  return issuer.hosting !== undefined;
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
      issuers.map((issuer, index) => issuer[property] ?? String(index)),
    ).map((violation) => ({ ...violation, path: [...violation.path, property] }));
  return [
    ...issuers.flatMap((issuer, index) => [
      ...checkText([...path, index, "name"], issuer.name, previousIssuerNameRules),
      ...placeViolations(issuer).map((rule) => ({ path: [...path, index], rule })),
      ...(issuer.url === undefined
        ? []
        : checkRegisteredIssuerUrl([...path, index, "url"], issuer.url)),
      ...(present !== undefined && issuer.url === present
        ? [
            {
              path: [...path, index, "url"],
              rule: "must differ from the present issuer's URL",
              given: issuer.url,
            },
          ]
        : []),
    ]),
    ...repeated("name"),
    ...repeated("url"),
  ];
}

function placeViolations({ url, hosting, existing }: PreviousIssuer): string[] {
  if (url === undefined && hosting === undefined) return ["must have a {url} or a {hosting}"];
  if (url !== undefined && hosting !== undefined) {
    return ["must have a {url} or a {hosting}, and not both"];
  }
  return hosting !== undefined && existing !== undefined
    ? ["must have no {existing} with a {hosting}: its identity provider is made here"]
    : [];
}

/** Makes or finds the IAM identity provider of a previous issuer, with the audiences of the present one. */
export function trustPreviousIssuer(
  scope: Construct,
  { name, url, existing = false }: IssuerElsewhere,
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
