import type { Construct } from "constructs";
import { Hosting, IrsaIssuer, type IrsaIssuerProps, SigningKey } from "../modules/issuer";
import type { BackendProps } from "./backend";
import { IssuerStack } from "./base-stack";
import { talosPatch } from "../modules/talos";

/** Props of {@link IrsaStack}. */
export interface IrsaStackProps extends Pick<
  IrsaIssuerProps,
  "deletionProtection" | "keys" | "retiredKeys" | "signingKey" | "thumbprint"
> {
  /** @default - local, at the top of the checkout */
  readonly backend?: BackendProps;
}

/**
 * The module of the Talos documentation as a stack: its three variables, its resources at its own
 * Terraform addresses, and outputs.
 *
 * @example
 * new IrsaStack(new App(), "irsa", { keys: [SigningKey.generated("key")] });
 */
export class IrsaStack extends IssuerStack {
  constructor(scope: Construct, id: string, { backend, ...props }: IrsaStackProps = {}) {
    super(scope, id, backend);
    const hosting = Hosting.s3({ bucket: this.bucketName() });
    const { keys = [SigningKey.generated("key")] } = props;
    const makes = keys.some(({ source }) => source === "generated" || source === "secrets-manager");
    const reads = keys.some(({ source }) => source === "existing-secret");
    const names = makes || reads ? this.clusterNames() : undefined;
    const issuer = new IrsaIssuer(this, "irsa", {
      ...props,
      hosting,
      terraformNames: "talos-documentation",
      secret: names && makes ? { name: names.secretName } : undefined,
      parameterPath: names?.parameterPath,
    });
    this.addProviders();
    this.addIssuerOutputs(issuer, talosPatch(issuer, "string"));
  }
}
