import { IamOpenidConnectProvider } from "@cdktf/provider-aws/lib/iam-openid-connect-provider";
import { DataTlsCertificate } from "@cdktf/provider-tls/lib/data-tls-certificate";
import { conditional, Fn, type ITerraformDependable, Op, ref, TerraformCount, Token } from "cdktf";
import { Construct } from "constructs";
import { addressed } from "../synthesis";
import {
  assertValid,
  audienceRules,
  checkEach,
  checkUnique,
  maxAudiences,
  maxThumbprints,
  thumbprintRules,
  type Violation,
} from "../validation";

/** The audience of tokens meant for AWS STS, the same in every partition. */
export const stsAudience = "sts.amazonaws.com";

/**
 * The fallback that IAM holds the certificate of the JWKS' host against, when AWS' own trust store
 * does not know its root:
 * - `certificate`: the SHA-1 of the certificate that the host shows at plan, as in the Talos
 *   documentation's module;
 * - `none`: AWS' own trust store alone;
 * - a list of SHA-1 values in hexadecimal. A token for a list decides at plan: null stands for
 *   `certificate`, an empty list for `none`.
 */
export type Thumbprint = "certificate" | "none" | readonly string[];

/**
 * The SHA-1 of Amazon Root CA 1, which certificates of ACM lead to: a thumbprint for a host that does
 * not answer yet. IAM reads the host's certificate where no thumbprint is given.
 *
 * @see {@link https://www.amazontrust.com/repository/ Amazon Trust Services Repository}
 */
export const amazonRootThumbprint = "8da7f965ec5efc37910f1c6e59fdc1cc6a6ede16";

/** How AWS trusts an issuer. */
export interface IdentityProviderOptions {
  /** @default "certificate"; for a CloudFront domain of your own, that of Amazon's root */
  readonly thumbprint?: Thumbprint;
  /**
   * Audiences that the provider accepts besides `sts.amazonaws.com`.
   * @default - none
   */
  readonly additionalAudiences?: readonly string[];
  /**
   * Tags of everything that is made and can have them, except the two documents.
   * @default - no tags
   */
  readonly tags?: Readonly<Record<string, string>>;
}

/** Props of {@link IdentityProvider}. */
export interface IdentityProviderProps extends IdentityProviderOptions {
  /** The issuer's URL; changing it replaces the provider. */
  readonly issuerUrl: string;
  /** What must exist before: IAM looks the issuer up. */
  readonly after: readonly ITerraformDependable[];
  /**
   * Names the Terraform resources.
   * @default "oidc"
   */
  readonly address?: string;
}

/**
 * The IAM identity provider that makes an AWS account trust an issuer.
 *
 * @throws {InvalidPropsError} a thumbprint is not 40 hexadecimal digits, or more than 5 are given
 * @see {@link https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_oidc.html Create an OpenID Connect identity provider in IAM}
 */
export class IdentityProvider extends Construct {
  /** The ARN of the provider: the `Federated` principal of trust policies. */
  readonly arn: string;
  /** The audiences of tokens that the provider accepts. */
  readonly audiences: readonly string[];
  /** The provider. */
  readonly resource: IamOpenidConnectProvider;

  constructor(scope: Construct, id: string, props: IdentityProviderProps) {
    super(scope, id);
    const { thumbprint = "certificate", issuerUrl, address = "oidc", tags } = props;
    const { additionalAudiences = [] } = props;
    assertValid(
      [...thumbprintViolations(thumbprint), ...audienceViolations(additionalAudiences)],
      this,
    );

    this.audiences = [stsAudience, ...additionalAudiences];
    this.resource = addressed(
      new IamOpenidConnectProvider(this, "provider", {
        url: issuerUrl,
        clientIdList: [...this.audiences],
        thumbprintList: this.thumbprintList(thumbprint, issuerUrl, address),
        tags: tags && { ...tags },
        dependsOn: props.after.length > 0 ? [...props.after] : undefined,
      }),
      address,
    );
    this.arn = this.resource.arn;
  }

  private thumbprintList(thumbprint: Thumbprint, url: string, name: string) {
    if (thumbprint === "none") return undefined;
    if (thumbprint === "certificate") {
      const certificate = addressed(new DataTlsCertificate(this, "certificate", { url }), name);
      return [certificate.certificates.get(0).sha1Fingerprint];
    }
    if (!Token.isUnresolved(thumbprint)) return [...thumbprint];
    const fromCertificate = Op.eq(thumbprint, Token.nullValue());
    const certificate = addressed(
      new DataTlsCertificate(this, "certificate", {
        url,
        count: TerraformCount.of(Token.asNumber(conditional(fromCertificate, 1, 0))),
      }),
      name,
    );
    const address = `data.${certificate.terraformResourceType}.${certificate.friendlyUniqueId}[0]`;
    const shown = ref(`${address}.certificates[0].sha1_fingerprint`, certificate.cdktfStack);
    const orNone = conditional(Op.lt(Fn.lengthOf(thumbprint), 1), Token.nullValue(), thumbprint);
    return Token.asList(conditional(fromCertificate, [shown], orNone));
  }
}

/** What is wrong with a thumbprint. */
export function thumbprintViolations(thumbprint: Thumbprint): Violation[] {
  if (typeof thumbprint === "string" || Token.isUnresolved(thumbprint)) return [];
  return [
    ...(thumbprint.length === 0 || thumbprint.length > maxThumbprints
      ? [
          {
            path: ["thumbprint"],
            rule: `must have 1 to ${maxThumbprints} values, or be "certificate" or "none"`,
            given: thumbprint.length,
          },
        ]
      : []),
    ...checkEach(["thumbprint"], thumbprint, thumbprintRules),
  ];
}

/** What is wrong with additional audiences. */
export function audienceViolations(audiences: readonly string[]): Violation[] {
  const path = ["additionalAudiences"];
  return [
    ...checkEach(path, audiences, audienceRules),
    ...checkUnique(path, audiences),
    ...audiences.flatMap((audience, index) =>
      audience === stsAudience
        ? [{ path: [...path, index], rule: `must not be ${stsAudience}, which is always accepted` }]
        : [],
    ),
    ...(audiences.length >= maxAudiences
      ? [{ path, rule: `must have at most ${maxAudiences - 1} entries`, given: audiences.length }]
      : []),
  ];
}
