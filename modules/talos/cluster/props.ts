import type { TalosProps } from "../machine-config-patch";

/** A taint of a worker, as Talos writes it: key → `VALUE:EFFECT`. */
export type Taints = Readonly<Record<string, string>>;

/** The machines of the control plane in AWS. */
export interface ControlPlaneProps {
  /**
   * How many: 1, 3 or 5, so that etcd has a majority.
   * @default 3
   */
  readonly count?: number;
  /** @default "m7i.large", or "m7g.large" with the architecture arm64 */
  readonly instanceType?: string;
  /**
   * Size of the root disk in GiB: at least 10.
   * @default 100
   */
  readonly diskSizeInGiB?: number;
}

/** Workers in AWS that are alike. */
export interface WorkerGroupProps {
  /** The group's name; names the machines and their Terraform resources. */
  readonly name: string;
  /** How many: 0 to 500. */
  readonly count: number;
  /** @default "m7i.large", or "m7g.large" with the architecture arm64 */
  readonly instanceType?: string;
  /**
   * Size of the root disk in GiB: at least 10.
   * @default 100
   */
  readonly diskSizeInGiB?: number;
  /** @default - those of the cluster */
  readonly subnetIds?: readonly string[];
  /** @default - none */
  readonly labels?: Readonly<Record<string, string>>;
  /** @default - none */
  readonly taints?: Taints;
}

/** The network load balancer before the control plane. */
export interface EndpointProps {
  /**
   * Whether it has private addresses only.
   * @default true
   */
  readonly internal?: boolean;
  /** @default - those of the cluster */
  readonly subnetIds?: readonly string[];
  /**
   * Who may reach the Kubernetes API besides the machines, in CIDR notation.
   * @default - the VPC
   */
  readonly allowedCidrs?: readonly string[];
}

/** Where a cluster runs in AWS. */
export interface TalosAwsProps {
  /** The VPC, such as `vpc-0a1b2c3d`. */
  readonly vpcId: string;
  /** Its subnets, private or public, over which machines are spread in order. */
  readonly subnetIds: readonly string[];
  /** @default "amd64" */
  readonly architecture?: "amd64" | "arm64";
  /**
   * The image of new machines.
   * @default - Sidero Labs' image of the Talos version
   */
  readonly amiId?: string;
  /**
   * Whether machines have public addresses, by which Terraform reaches them; a change goes for new machines.
   * @default false
   */
  readonly publicAddresses?: boolean;
  /**
   * Who may reach the Talos API besides the machines, in CIDR notation: whoever runs Terraform and `talosctl`.
   * @default - the VPC
   */
  readonly managementCidrs?: readonly string[];
  /**
   * Network hops that answers of the instance metadata service survive: with 1, pods do not reach it; with
   * 2, the EBS CSI driver and the AWS cloud controller do.
   * @default 1
   */
  readonly metadataHopLimit?: number;
  /**
   * Whether nodes wait for the AWS cloud controller manager, which must be installed then: kubelets get
   * `--cloud-provider=external` and the provider ID of their instance, by which the controller finds a node
   * of any name; machines and their security group get the tag `kubernetes.io/cluster/NAME`.
   * @default false
   */
  readonly externalCloudProvider?: boolean;
  /** @default - an internal load balancer; none with `controlPlaneEndpoint` */
  readonly endpoint?: EndpointProps;
  /** @default - three machines */
  readonly controlPlane?: ControlPlaneProps;
  /** @default - none: with `allowSchedulingOnControlPlanes`, pods run on the control plane */
  readonly workerGroups?: readonly WorkerGroupProps[];
}

/** A machine that exists. */
export interface TalosNodeProps {
  /** The machine's name; names its Terraform resources. */
  readonly name: string;
  /** Its address, where Talos listens. */
  readonly address: string;
  readonly role: "controlplane" | "worker";
  /**
   * The disk to which Talos is installed.
   * @default "/dev/sda"
   */
  readonly installDisk?: string;
  /** @default - none */
  readonly labels?: Readonly<Record<string, string>>;
  /** @default - none */
  readonly taints?: Taints;
}

/** A worker outside AWS. */
export interface ExternalWorkerProps extends Omit<TalosNodeProps, "address" | "role"> {
  /**
   * Its address, if Terraform reaches it.
   * @default - its machine configuration is put into a secret, for whoever gives it to the machine
   */
  readonly address?: string;
}

/** The machines of a Talos cluster, besides the settings of its API server. */
export interface TalosMachinesProps {
  /**
   * The Kubernetes version, such as `1.34.1`.
   * @default - the newest that the Talos provider knows
   */
  readonly kubernetesVersion?: string;
  /** @default - none; required without `nodes` */
  readonly aws?: TalosAwsProps;
  /** Machines that exist, instead of machines in AWS. @default - none */
  readonly nodes?: readonly TalosNodeProps[];
  /** Workers outside AWS, besides those in `aws`. @default - none */
  readonly externalWorkers?: readonly ExternalWorkerProps[];
  /** @default false */
  readonly allowSchedulingOnControlPlanes?: boolean;
  /**
   * Domain of the machines' host names.
   * @default - host names without a domain
   */
  readonly domain?: string;
  /**
   * The network of pods: Talos' own flannel, or none for one that is installed later, such as Cilium.
   * @default "flannel"
   */
  readonly cni?: "flannel" | "none";
  /** @default - true with `externalWorkers` */
  readonly kubeSpan?: boolean;
  /**
   * The image that Talos is installed from and upgraded to.
   * @default - Sidero Labs' installer of the Talos version, without extensions
   */
  readonly installImage?: string;
  /**
   * Patches of machine configurations as YAML, merged last. The state keeps them.
   * @default - none
   */
  readonly patches?: readonly string[];
}

/** The settings of a Talos cluster whose machines are made or configured here. */
export type TalosClusterSettings = TalosProps & TalosMachinesProps;
