import { Token } from "cdktf";
import type { Construct } from "constructs";
import {
  ExistingIssuer,
  type ExistingIssuerProps,
  type IIrsaIssuer,
  IrsaIssuer,
  type IrsaIssuerProps,
  type IssuerRoleProps,
} from "../modules/issuer";
import { primaryAccounts, rolesViolations, ServiceAccountRole } from "../modules/roles";
import { assertValid, checkRegion, under } from "../modules/validation";
import { type AwsAccountProps, awsAccountViolations, awsProviderConfig } from "./aws-account";
import type { BackendProps } from "./backend";
import { IssuerStack } from "./base-stack";
import {
  clusterOfStackViolations,
  machinesViolations,
  makesMachines,
  TalosCluster,
  type TalosClusterSettings,
  talosForm,
  talosPatch,
  talosViolations,
} from "../modules/talos";

/** Props of {@link ClusterStack}. */
export interface ClusterStackProps extends AwsAccountProps {
  /** The AWS region. */
  readonly region: string;
  /**
   * Whether the region is newer than this release, and named on purpose.
   * @default false
   */
  readonly skipRegionValidation?: boolean;
  /** The issuer to make, or one that AWS trusts already. */
  readonly issuer: IrsaIssuerProps | ExistingIssuerProps;
  /**
   * The settings of a Talos cluster; with `aws` or `nodes`, the machines that it is made of.
   * @default - the patch has the form that every version of Talos up to 1.13 reads
   */
  readonly talos?: TalosClusterSettings;
  /**
   * Roles for ServiceAccounts of the cluster.
   * @default - none
   */
  readonly serviceAccountRoles?: readonly IssuerRoleProps[];
  /** @default - local, at the top of the checkout */
  readonly backend?: BackendProps;
}

/** A role with the ServiceAccounts that it is the one of, in annotations and the webhook's map. */
interface RoleOfCluster {
  readonly role: ServiceAccountRole;
  readonly primary: readonly string[];
}

/** Stands for the cluster's issuers where roles are checked before these are made. */
const anyIssuer = {
  issuerHostpath: Token.asString({ resolve: () => "" }),
  providerArn: Token.asString({ resolve: () => "" }),
};

/**
 * The issuer of one cluster and the roles of its ServiceAccounts, with all values written in.
 *
 * @example
 * new ClusterStack(new App(), "prod", {
 *   region: "eu-central-1",
 *   issuer: {
 *     hosting: Hosting.s3VirtualHosted({ bucket: "acme-prod-oidc", region: "eu-central-1" }),
 *     secret: { name: "talos/prod" },
 *   },
 *   backend: { type: "s3", config: { bucket: "acme-terraform-state", region: "eu-central-1" } },
 * });
 */
export class ClusterStack extends IssuerStack {
  constructor(scope: Construct, id: string, props: ClusterStackProps) {
    super(scope, id, props.backend);
    const { region, talos, serviceAccountRoles: given = [] } = props;
    assertValid(
      [
        ...checkRegion(["region"], region, props.skipRegionValidation),
        ...awsAccountViolations(props),
        ...(talos === undefined
          ? []
          : [...talosViolations(talos), ...machinesViolations(talos, region)]),
        ...clusterOfStackViolations({ ...props, name: id }),
        ...under(
          ["serviceAccountRoles"],
          rolesViolations(given.map((role) => ({ ...role, issuers: [anyIssuer] }))),
        ),
      ],
      this,
    );
    const { serviceAccountRoles = [], ...rest } = this.variableProps(props);
    const issuer = this.issuer(rest);
    const { trustedIssuers: issuers } = issuer;
    if (talos !== undefined && makesMachines(talos) && issuer instanceof IrsaIssuer) {
      this.addMachines(issuer, rest, rest.talos ?? talos);
    }
    const roles = serviceAccountRoles.map((role) => ({
      role: new ServiceAccountRole(this, `role-${role.name}`, { ...role, issuers }),
      primary: primaryAccounts(role, serviceAccountRoles),
    }));
    this.addProviders({
      ...awsProviderConfig(region, props),
      skipRegionValidation: props.skipRegionValidation,
    });
    this.output("aws_region", "AWS region of the cluster's resources.", rest.region);
    if (roles.length > 0) this.addRoleOutputs(roles);
  }

  /** The props with variables in the place of values; those that are written in as they are here. */
  protected variableProps(props: ClusterStackProps): ClusterStackProps {
    return props;
  }

  private issuer({ issuer: props, talos }: ClusterStackProps): IIrsaIssuer {
    const terraformNames = "talos-documentation";
    if (!("hosting" in props)) {
      const issuer = new ExistingIssuer(this, "irsa", { terraformNames, ...props });
      if (props.createProvider === true) this.addTrustOutputs(issuer);
      return issuer;
    }
    const issuer = new IrsaIssuer(this, "irsa", { terraformNames, ...props });
    // The Talos provider loads one form, whatever the machines run.
    const settings: TalosClusterSettings | undefined =
      talos !== undefined && makesMachines(talos) ? { ...talos, form: "string" } : talos;
    this.addIssuerOutputs(issuer, talosPatch(issuer, talosForm(settings), settings));
    if (props.hosting.kind === "self-published") this.addDocumentOutputs(issuer);
    return issuer;
  }

  private addMachines(
    issuer: IrsaIssuer,
    { region, issuer: props }: ClusterStackProps,
    talos: TalosClusterSettings,
  ): void {
    const { id: clusterName } = this.node;
    const { deletionProtection, secret, tags } = "hosting" in props ? props : {};
    const kept = typeof secret === "object" ? secret : { name: `talos/${clusterName}` };
    const cluster = new TalosCluster(this, "machines", {
      ...talos,
      ...{ clusterName, region, issuer, tags },
      secret: { ...kept, name: `${kept.name}/machine-secrets` },
      deletionProtection: deletionProtection !== false,
    });
    this.output("kubernetes_endpoint", "URL of the Kubernetes API.", cluster.endpoint);
    this.output(
      "talos_endpoints",
      "Addresses of the control plane, by which talosctl reaches the cluster.",
      cluster.controlPlaneAddresses,
    );
    this.output(
      "talos_nodes",
      "Addresses of the machines that Terraform configures, by name.",
      cluster.addresses,
    );
    this.output(
      "talos_machine_secrets_arn",
      "ARN of the secret with the CA keys and tokens of the cluster.",
      cluster.machineSecrets.arn,
    );
  }

  private addRoleOutputs(roles: readonly RoleOfCluster[]): void {
    this.output(
      "role_arns",
      "ARNs of the roles for ServiceAccounts, by the role's name.",
      Object.fromEntries(roles.map(({ role }) => [role.name, role.roleArn])),
    );
    this.output(
      "service_accounts",
      "ServiceAccounts and the role of each, except those named by wildcards.",
      roles.flatMap(({ role: { roleArn, serviceAccounts }, primary }) =>
        serviceAccounts
          .filter(({ namespace, name }) => primary.includes(`${namespace}/${name}`))
          .map(({ namespace, name, annotations }) => {
            const audience = annotations["eks.amazonaws.com/audience"];
            const account = { namespace, name, role_arn: roleArn };
            return audience === undefined ? account : { ...account, audience };
          }),
      ),
    );
    this.output(
      "pod_identity_webhook_map",
      "Map of the pod identity webhook, in place of annotations: NAMESPACE/NAME to role.",
      Object.fromEntries(
        roles.flatMap(({ role, primary }) =>
          Object.entries(role.webhookMap).filter(([entry]) => primary.includes(entry)),
        ),
      ),
    );
  }
}
