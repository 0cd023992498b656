import { DataAwsAmi } from "@cdktf/provider-aws/lib/data-aws-ami";
import { Instance } from "@cdktf/provider-aws/lib/instance";
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

/** Props of {@link AwsMachines}. */
export interface AwsMachinesProps extends Pick<
  TalosAwsProps,
  "amiId" | "architecture" | "metadataHopLimit" | "publicAddresses"
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

  /** @returns the instance, and the address by which Terraform reaches it */
  add(machine: AwsMachineProps): { readonly instance: Instance; readonly address: string } {
    const { architecture = "amd64", publicAddresses, metadataHopLimit = 1 } = this.props;
    const { name, subnetId, securityGroupIds, diskSizeInGiB = 100 } = machine;
    const { clusterName, tags } = this.props;
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
        tags: mergeTags(tags, { Name: `${clusterName}-${name}` }),
        // talosctl upgrades a machine; an image of another version would replace it. So would a public
        // address that a machine loses while it is stopped.
        lifecycle: { ignoreChanges: ["ami", "associate_public_ip_address"] },
      }),
      identifier(name),
    );
    return {
      instance,
      address: publicAddresses === true ? instance.publicIp : instance.privateIp,
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
