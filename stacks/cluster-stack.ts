import type { Construct } from "constructs";
import { IrsaIssuer, type IrsaIssuerProps } from "../modules/issuer";
import type { BackendProps } from "./backend";
import { IssuerStack } from "./issuer-stack";

/** Props of {@link ClusterStack}. */
export interface ClusterStackProps {
  /** The AWS region. */
  readonly region: string;
  readonly issuer: IrsaIssuerProps;
  /** @default - local, at the top of the checkout */
  readonly backend?: BackendProps;
}

/** The issuer of one cluster, with its values written in. */
export class ClusterStack extends IssuerStack {
  constructor(scope: Construct, id: string, { region, issuer, backend }: ClusterStackProps) {
    super(scope, id, backend);
    const made = new IrsaIssuer(this, "irsa", issuer);
    this.addProviders({ region });
    this.addIssuerOutputs(made);
    if (issuer.hosting.kind === "self-published") this.addDocumentOutputs(made);
  }
}
