import { Fn, Token } from "cdktf";
import { Construct } from "constructs";
import type { S3Object } from "@cdktf/provider-aws/lib/s3-object";
import {
  buildDiscoveryDocument,
  type DiscoveryDocument,
  type SigningAlgorithm,
} from "../documents";
import { local, suffixNames } from "../synthesis";
import {
  checkText,
  checkUnique,
  type Path,
  previousIssuerNameRules,
  type Violation,
} from "../validation";
import type { DocumentHosting, Hosting } from "./hosting";
import { IdentityProvider, type IdentityProviderOptions } from "./identity-provider";
import type { IssuerIdentity } from "./issuer-base";

/** The name of an issuer whose props name none: its Terraform resources have it. */
export const defaultIssuerName = "oidc";

/** An issuer that is published beside the one that signs, with the same keys. */
export interface HostedIssuer {
  /** Names the issuer for as long as it is there; its Terraform names end with it. */
  readonly name: string;
  /** Where its two documents are published. */
  readonly hosting: Hosting;
}

/** What an issuer is published with. */
interface IssuerContent {
  readonly jwks: string;
  /** Those of the keys. */
  readonly algorithms: readonly SigningAlgorithm[];
}

/**
 * One of a cluster's issuers: where its documents are published, and the identity provider by which AWS
 * trusts it. Its Terraform addresses follow from its name, whether it signs or another does.
 */
export class IssuerPublication {
  readonly hosting: DocumentHosting;

  /**
   * @param scope of {@link issuerScope}
   */
  constructor(
    readonly scope: Construct,
    readonly issuer: HostedIssuer,
    private readonly options: IdentityProviderOptions,
  ) {
    this.hosting = issuer.hosting.make(scope, "hosting", { tags: options.tags });
  }

  /** Publishes the documents, and lets AWS trust the issuer after that. */
  publish({ jwks, algorithms }: IssuerContent): PublishedIssuer {
    const { scope, hosting, options } = this;
    const { issuerUrl, issuerHostpath, jwksUri } = hosting;
    const discovery = toJson(
      scope,
      buildDiscoveryDocument({ issuer: issuerUrl, jwksUri, algorithms }),
    );
    const after = hosting.publish({ jwks, discovery });
    const provider = new IdentityProvider(scope, "provider", {
      ...options,
      thumbprint: options.thumbprint ?? this.issuer.hosting.thumbprint,
      issuerUrl,
      after,
    });
    const { arn: providerArn, audiences } = provider;
    return {
      name: this.issuer.name,
      scope,
      hosting,
      provider,
      documents: { discovery, jwks },
      publication: after,
      identity: { issuerUrl, issuerHostpath, providerArn, audiences },
    };
  }
}

/** An issuer with its documents and its identity provider. */
export interface PublishedIssuer {
  readonly name: string;
  readonly scope: Construct;
  readonly hosting: DocumentHosting;
  readonly provider: IdentityProvider;
  readonly documents: { readonly discovery: string; readonly jwks: string };
  readonly publication: readonly S3Object[];
  readonly identity: IssuerIdentity;
}

/** Makes the scope of an issuer's constructs: the owner itself for the name that every issuer had once. */
export function issuerScope(owner: Construct, name: string): Construct {
  if (name === defaultIssuerName) return owner;
  const scope = new Construct(owner, `issuer-${name}`);
  suffixNames(scope, name);
  return scope;
}

/** What is wrong with the names of a cluster's issuers, those that are retired included. */
export function issuerNameViolations(
  names: readonly { readonly path: Path; readonly name: string }[],
  retired: readonly string[],
): Violation[] {
  const seen = new Set<string>();
  return [
    ...names.flatMap(({ path, name }) => {
      const isRepeated = seen.has(name);
      seen.add(name);
      return [
        ...checkText(path, name, previousIssuerNameRules),
        ...(isRepeated
          ? [{ path, rule: "must differ from the names of the other issuers", given: name }]
          : []),
        ...(retired.includes(name)
          ? [{ path, rule: "must not be among {retiredIssuers}", given: name }]
          : []),
      ];
    }),
    ...checkUnique(["retiredIssuers"], retired),
    ...retired.flatMap((name, index) =>
      checkText(["retiredIssuers", index], name, previousIssuerNameRules),
    ),
  ];
}

/** The same bytes at synthesis and at apply: Terraform's `jsonencode` sorts members. */
function toJson(scope: Construct, document: DiscoveryDocument): string {
  return Token.isUnresolved(document.issuer)
    ? local(scope, "openid_configuration", Fn.jsonencode(document))
    : JSON.stringify(document);
}
