import { DataAwsAmi } from "@cdktf/provider-aws/lib/data-aws-ami";
import { Instance } from "@cdktf/provider-aws/lib/instance";
import { Fn } from "cdktf";
import { Construct } from "constructs";
import { addressed, identifier, mergeTags } from "../../synthesis";
import { tagOf } from "./machine-patches";
import type { TalosAwsProps } from "./props";

/** Sidero Labs' AWS account. */
const imageOwner = "540036508848";

/** A machine to make. */
export interface AwsMachineProps {
  readonly name: string;
  readonly subnetId: string;
  readonly securityGroupIds: readonly string[];
  /** @default - by the architecture */
  readonly instanceType?: string;
  /** @default 100 */
  readonly diskSizeInGiB?: number;
}

/** A machine that is made. */
export interface AwsMachine {
  readonly instance: Instance;
  /** The address by which Terraform reaches it. */
  readonly address: string;
  /** How Kubernetes names the instance, if nodes wait for the cloud controller. */
  readonly providerId?: string;
}

/**
 * What the AWS cloud controller manager knows a cluster's instances and security group by.
 *
 * @see {@link https://github.com/kubernetes/cloud-provider-aws/blob/master/pkg/providers/v1/tags.go TagNameKubernetesClusterPrefix}
 */
export function clusterTag(clusterName: string): Readonly<Record<string, string>> {
  return { [`kubernetes.io/cluster/${clusterName}`]: "owned" };
}

/** Props of {@link AwsMachines}. */
export interface AwsMachinesProps extends Pick<
  TalosAwsProps,
  "amiId" | "architecture" | "externalCloudProvider" | "metadataHopLimit" | "publicAddresses"
> {
  readonly clusterName: string;
  readonly region: string;
  readonly talosVersion: string;
  /** @default - no tags */
  readonly tags?: Readonly<Record<string, string>>;
}

/** Machines of a Talos cluster in EC2; nothing is in their user data: that would be in the state. */
export class AwsMachines extends Construct {
  private readonly amiId: string;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: AwsMachinesProps,
  ) {
    super(scope, id);
    this.amiId = props.amiId ?? this.findImage();
  }

  /** Makes an instance. */
  add(machine: AwsMachineProps): AwsMachine {
    const { architecture = "amd64", publicAddresses, metadataHopLimit = 1 } = this.props;
    const { name, subnetId, securityGroupIds, diskSizeInGiB = 100 } = machine;
    const { clusterName, externalCloudProvider, tags } = this.props;
    const instance = addressed(
      new Instance(this, name, {
        ami: this.amiId,
        instanceType:
          machine.instanceType ?? (architecture === "arm64" ? "m7g.large" : "m7i.large"),
        subnetId,
        vpcSecurityGroupIds: [...securityGroupIds],
        associatePublicIpAddress: publicAddresses === true,
        metadataOptions: { httpTokens: "required", httpPutResponseHopLimit: metadataHopLimit },
        rootBlockDevice: { encrypted: true, volumeType: "gp3", volumeSize: diskSizeInGiB },
        tags: mergeTags(tags, {
          Name: `${clusterName}-${name}`,
          ...(externalCloudProvider === true && clusterTag(clusterName)),
        }),
        // talosctl upgrades a machine; an image of another version would replace it. So would a public
        // address that a machine loses while it is stopped.
        lifecycle: { ignoreChanges: ["ami", "associate_public_ip_address"] },
      }),
      identifier(name),
    );
    return {
      instance,
      address: publicAddresses === true ? instance.publicIp : instance.privateIp,
      ...(externalCloudProvider === true && {
        providerId: Fn.join("/", ["aws://", instance.availabilityZone, instance.id]),
      }),
    };
  }

  private findImage(): string {
    const { talosVersion, region, architecture = "amd64" } = this.props;
    return addressed(
      new DataAwsAmi(this, "image", {
        owners: [imageOwner],
        mostRecent: true,
        filter: [
          { name: "name", values: [`talos-${tagOf(talosVersion)}-${region}-${architecture}`] },
        ],
      }),
      "talos",
    ).id;
  }
}
