import type { Construct } from "constructs";
import { IrsaIssuer, type IrsaIssuerProps } from "../modules/issuer";
import type { BackendProps } from "./backend";
import { IssuerStack } from "./issuer-stack";
import { talosForm, talosPatch, type TalosProps } from "./talos-patch";

/** Props of {@link ClusterStack}. */
export interface ClusterStackProps {
  /** The AWS region. */
  readonly region: string;
  readonly issuer: IrsaIssuerProps;
  /** @default - the patch has the form that every version of Talos up to 1.13 reads */
  readonly talos?: TalosProps;
  /** @default - local, at the top of the checkout */
  readonly backend?: BackendProps;
}

/** The issuer of one cluster, with its values written in. */
export class ClusterStack extends IssuerStack {
  constructor(scope: Construct, id: string, { region, issuer, talos, backend }: ClusterStackProps) {
    super(scope, id, backend);
    const made = new IrsaIssuer(this, "irsa", issuer);
    this.addProviders({ region });
    this.addIssuerOutputs(made, talosPatch(made, talosForm(talos), talos));
    if (issuer.hosting.kind === "self-published") this.addDocumentOutputs(made);
  }
}
