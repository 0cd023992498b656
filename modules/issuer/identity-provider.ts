import { IamOpenidConnectProvider } from "@cdktf/provider-aws/lib/iam-openid-connect-provider";
import { DataTlsCertificate } from "@cdktf/provider-tls/lib/data-tls-certificate";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { addressed } from "../terraform";

/** The audience of tokens meant for AWS STS, the same in every partition. */
export const stsAudience = "sts.amazonaws.com";

/** Props of {@link IdentityProvider}. */
export interface IdentityProviderProps {
  /** The issuer's URL; changing it replaces the provider. */
  readonly issuerUrl: string;
  /** What must exist before: IAM looks the issuer up. */
  readonly after: readonly ITerraformDependable[];
}

/**
 * The IAM identity provider that makes an AWS account trust an issuer.
 *
 * @see {@link https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_oidc.html Create an OpenID Connect identity provider in IAM}
 */
export class IdentityProvider extends Construct {
  /** The ARN of the provider: the `Federated` principal of trust policies. */
  readonly arn: string;

  constructor(scope: Construct, id: string, props: IdentityProviderProps) {
    super(scope, id);
    const certificate = addressed(
      new DataTlsCertificate(this, "certificate", { url: props.issuerUrl }),
      "oidc",
    );
    const provider = addressed(
      new IamOpenidConnectProvider(this, "provider", {
        url: props.issuerUrl,
        clientIdList: [stsAudience],
        thumbprintList: [certificate.certificates.get(0).sha1Fingerprint],
        dependsOn: [...props.after],
      }),
      "oidc",
    );
    this.arn = provider.arn;
  }
}
