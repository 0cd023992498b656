import { Construct, type IConstruct } from "constructs";
import { ServiceAccountRole, type ServiceAccountRoleProps } from "../roles";

/** An issuer that AWS trusts: what a role needs to know of it. */
export interface IssuerIdentity {
  readonly issuerUrl: string;
  /** The issuer without scheme, as in the condition keys of trust policies. */
  readonly issuerHostpath: string;
  /** The ARN of the IAM identity provider. */
  readonly providerArn: string;
  /** The audiences of tokens that the identity provider accepts. */
  readonly audiences: readonly string[];
}

/** Props of a role that trusts an issuer and its previous ones. */
export type IssuerRoleProps = Omit<ServiceAccountRoleProps, "issuers">;

/** An issuer that AWS trusts, made here or elsewhere. */
export interface IIrsaIssuer extends IConstruct, IssuerIdentity {
  /** This issuer and the previous ones: what roles of the cluster should trust. */
  readonly trustedIssuers: readonly IssuerIdentity[];

  /** Makes a role that ServiceAccounts of the cluster may assume. */
  addServiceAccountRole(id: string, props: IssuerRoleProps): ServiceAccountRole;
}

/** What issuers have in common, wherever they are made. */
export abstract class IssuerBase extends Construct implements IIrsaIssuer {
  abstract readonly issuerUrl: string;
  abstract readonly issuerHostpath: string;
  abstract readonly providerArn: string;
  abstract readonly audiences: readonly string[];
  abstract readonly trustedIssuers: readonly IssuerIdentity[];

  /**
   * Makes a role that ServiceAccounts of the cluster may assume, whichever of its issuers signed.
   *
   * @throws {InvalidPropsError} what is known at synthesis violates a rule
   *
   * @example
   * issuer.addServiceAccountRole("ebs-csi", {
   *   name: "ebs-csi",
   *   serviceAccounts: ["kube-system/ebs-csi-controller-sa"],
   * });
   */
  addServiceAccountRole(id: string, props: IssuerRoleProps): ServiceAccountRole {
    return new ServiceAccountRole(this, id, { ...props, issuers: this.trustedIssuers });
  }

  protected identity(): IssuerIdentity {
    const { issuerUrl, issuerHostpath, providerArn, audiences } = this;
    return { issuerUrl, issuerHostpath, providerArn, audiences };
  }
}
