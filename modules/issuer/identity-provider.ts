import { IamOpenidConnectProvider } from "@cdktf/provider-aws/lib/iam-openid-connect-provider";
import { DataTlsCertificate } from "@cdktf/provider-tls/lib/data-tls-certificate";
import { conditional, Fn, type ITerraformDependable, Op, ref, TerraformCount, Token } from "cdktf";
import { Construct } from "constructs";
import { addressed, assertValid } from "../terraform";

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

/** Props of {@link IdentityProvider}. */
export interface IdentityProviderProps {
  /** The issuer's URL; changing it replaces the provider. */
  readonly issuerUrl: string;
  /** What must exist before: IAM looks the issuer up. */
  readonly after: readonly ITerraformDependable[];
  /** @default "certificate" */
  readonly thumbprint?: Thumbprint;
  /** @default - no tags */
  readonly tags?: Readonly<Record<string, string>>;
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

  constructor(scope: Construct, id: string, props: IdentityProviderProps) {
    super(scope, id);
    const { thumbprint = "certificate", issuerUrl } = props;
    assertValid(thumbprintViolations(thumbprint));

    const provider = addressed(
      new IamOpenidConnectProvider(this, "provider", {
        url: issuerUrl,
        clientIdList: [stsAudience],
        thumbprintList: this.thumbprintList(thumbprint, issuerUrl),
        tags: props.tags,
        dependsOn: [...props.after],
      }),
      "oidc",
    );
    this.arn = provider.arn;
  }

  private thumbprintList(thumbprint: Thumbprint, url: string): string[] | undefined {
    if (thumbprint === "none") return undefined;
    if (thumbprint === "certificate") {
      const certificate = addressed(new DataTlsCertificate(this, "certificate", { url }), "oidc");
      return [certificate.certificates.get(0).sha1Fingerprint];
    }
    if (!Token.isUnresolved(thumbprint)) return [...thumbprint];
    const fromCertificate = Op.eq(thumbprint, Token.nullValue());
    const certificate = addressed(
      new DataTlsCertificate(this, "certificate", {
        url,
        count: TerraformCount.of(Token.asNumber(conditional(fromCertificate, 1, 0))),
      }),
      "oidc",
    );
    const address = `data.${certificate.terraformResourceType}.${certificate.friendlyUniqueId}[0]`;
    const shown = ref(`${address}.certificates[0].sha1_fingerprint`, certificate.cdktfStack);
    const orNone = conditional(Op.lt(Fn.lengthOf(thumbprint), 1), Token.nullValue(), thumbprint);
    return Token.asList(conditional(fromCertificate, [shown], orNone));
  }
}

function thumbprintViolations(thumbprint: Thumbprint): string[] {
  if (typeof thumbprint === "string" || Token.isUnresolved(thumbprint)) return [];
  return [
    ...(thumbprint.length === 0 || thumbprint.length > 5
      ? [
          `thumbprint must hold 1 to 5 values, or be "certificate" or "none", got: ${thumbprint.length}`,
        ]
      : []),
    ...thumbprint
      .filter((value) => !Token.isUnresolved(value) && !/^[0-9A-Fa-f]{40}$/.test(value))
      .map(
        (value) =>
          `thumbprint must be a SHA-1 of 40 hexadecimal digits, got: ${JSON.stringify(value)}`,
      ),
  ];
}
