import { Fn, Token } from "cdktf";
import type { Construct } from "constructs";
import { parseIssuerUrl } from "../documents";
import { nameByPath } from "../synthesis";
import { assertValid, checkTags, checkText, providerArnRules, type Violation } from "../validation";
import { checkRegisteredIssuerUrl } from "./hosting";
import {
  audienceViolations,
  IdentityProvider,
  type IdentityProviderOptions,
  stsAudience,
  thumbprintViolations,
} from "./identity-provider";
import { IssuerBase, type IssuerIdentity } from "./issuer-base";
import {
  isElsewhere,
  type PreviousIssuer,
  previousIssuerViolations,
  registeredProviderArn,
  trustPreviousIssuer,
} from "./previous-issuers";

/** Props of {@link ExistingIssuer}. */
export interface ExistingIssuerProps extends IdentityProviderOptions {
  /** The issuer URL as tokens have it, with a slash at its end or without. */
  readonly issuerUrl: string;
  /**
   * Makes the IAM identity provider here: the issuer is made in another account, and this one is to
   * trust it, too.
   * @default false, for an account that has the provider already
   */
  readonly createProvider?: boolean;
  /**
   * Issuers that stay trusted while the cluster moves to this one.
   * @default - none
   */
  readonly previousIssuers?: readonly PreviousIssuer[];
  /**
   * Terraform names such as `aws_iam_openid_connect_provider.oidc`.
   * @default - names that derive from the construct's path
   */
  readonly terraformNames?: "talos-documentation";
}

/** Props of `IrsaIssuer.fromAttributes`. */
export interface IrsaIssuerAttributes {
  /** The issuer URL as tokens have it. */
  readonly issuerUrl: string;
  /** The ARN of its IAM identity provider. */
  readonly providerArn: string;
  /**
   * The audiences of tokens that the identity provider accepts.
   * @default - `sts.amazonaws.com`
   */
  readonly audiences?: readonly string[];
}

/** What is wrong with the props of {@link ExistingIssuer}. */
export function existingIssuerViolations(props: ExistingIssuerProps): Violation[] {
  const { issuerUrl, createProvider = false, thumbprint, additionalAudiences = [] } = props;
  const providerSettings = ["tags", "thumbprint"] as const;
  return [
    ...checkRegisteredIssuerUrl(["issuerUrl"], issuerUrl),
    ...(createProvider
      ? []
      : providerSettings
          .filter((setting) => props[setting] !== undefined)
          .map((setting) => ({
            path: [setting],
            rule: "must be left out without {createProvider}: the identity provider is made elsewhere",
          }))),
    ...thumbprintViolations(thumbprint ?? "certificate"),
    ...audienceViolations(additionalAudiences),
    ...previousIssuerViolations(props.previousIssuers ?? [], issuerUrl),
    ...(props.previousIssuers ?? []).flatMap(({ hosting }, index) =>
      hosting === undefined
        ? []
        : [
            {
              path: ["previousIssuers", index, "hosting"],
              rule: "must be left out: an issuer that is made elsewhere has no keys to publish here",
            },
          ],
    ),
    ...checkTags(["tags"], props.tags),
  ];
}

/**
 * An issuer that is made elsewhere: no keys and no documents, only AWS's trust in it.
 *
 * @throws {InvalidPropsError} with every rule that the props violate
 *
 * @example
 * const issuer = new ExistingIssuer(this, "irsa", {
 *   issuerUrl: "https://s3.eu-central-1.amazonaws.com/acme-prod-oidc",
 *   createProvider: true,
 * });
 */
export class ExistingIssuer extends IssuerBase {
  readonly issuerUrl: string;
  readonly issuerHostpath: string;
  readonly providerArn: string;
  readonly audiences: readonly string[];
  readonly trustedIssuers: readonly IssuerIdentity[];

  constructor(scope: Construct, id: string, props: ExistingIssuerProps) {
    super(scope, id);
    assertValid(existingIssuerViolations(props), this);
    if (props.terraformNames === undefined) nameByPath(this);
    const { issuerUrl, createProvider = false, additionalAudiences = [] } = props;
    this.issuerUrl = issuerUrl;
    this.issuerHostpath = hostpathOf(issuerUrl);
    this.audiences = [stsAudience, ...additionalAudiences];
    this.providerArn = createProvider
      ? new IdentityProvider(this, "provider", { ...props, after: [] }).arn
      : registeredProviderArn(this, this.issuerHostpath);
    this.trustedIssuers = [
      this.identity(),
      ...(props.previousIssuers ?? [])
        .filter(isElsewhere)
        .map((previous) => trustPreviousIssuer(this, previous, props)),
    ];
  }
}

/** An issuer that another configuration makes, known by its attributes. */
export class ImportedIssuer extends IssuerBase {
  readonly issuerUrl: string;
  readonly issuerHostpath: string;
  readonly providerArn: string;
  readonly audiences: readonly string[];
  readonly trustedIssuers: readonly IssuerIdentity[];

  constructor(scope: Construct, id: string, attributes: IrsaIssuerAttributes) {
    super(scope, id);
    const { issuerUrl, providerArn, audiences = [stsAudience] } = attributes;
    assertValid(
      [
        ...checkRegisteredIssuerUrl(["issuerUrl"], issuerUrl),
        ...checkText(["providerArn"], providerArn, providerArnRules),
      ],
      this,
    );
    nameByPath(this);
    this.issuerUrl = issuerUrl;
    this.issuerHostpath = hostpathOf(issuerUrl);
    this.providerArn = providerArn;
    this.audiences = audiences;
    this.trustedIssuers = [this.identity()];
  }
}

function hostpathOf(url: string): string {
  return Token.isUnresolved(url)
    ? Fn.trimprefix(url, "https://")
    : parseIssuerUrl(url, { isRegistered: true }).hostpath;
}
