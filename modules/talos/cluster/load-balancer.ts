import { Lb } from "@cdktf/provider-aws/lib/lb";
import { LbListener } from "@cdktf/provider-aws/lib/lb-listener";
import { LbTargetGroup } from "@cdktf/provider-aws/lib/lb-target-group";
import { LbTargetGroupAttachment } from "@cdktf/provider-aws/lib/lb-target-group-attachment";
import { Construct } from "constructs";
import { addressed } from "../../synthesis";

/** Props of {@link ApiLoadBalancer}. */
export interface ApiLoadBalancerProps {
  /** Names the load balancer and its target group. */
  readonly name: string;
  readonly vpcId: string;
  readonly subnetIds: readonly string[];
  readonly securityGroupId: string;
  readonly internal: boolean;
  /** @default - no tags */
  readonly tags?: Readonly<Record<string, string>>;
}

const terraformName = "kubernetes_api";
const port = 6443;

/** A network load balancer before the API servers. */
export class ApiLoadBalancer extends Construct {
  /** The load balancer. */
  readonly resource: Lb;
  private readonly targets: LbTargetGroup;

  constructor(scope: Construct, id: string, props: ApiLoadBalancerProps) {
    super(scope, id);
    const { name, vpcId, subnetIds, securityGroupId, internal } = props;
    const tags = props.tags && { ...props.tags };
    this.resource = addressed(
      new Lb(this, "load-balancer", {
        name,
        loadBalancerType: "network",
        internal,
        subnets: [...subnetIds],
        securityGroups: [securityGroupId],
        enableCrossZoneLoadBalancing: true,
        tags,
      }),
      terraformName,
    );
    this.targets = addressed(
      new LbTargetGroup(this, "targets", {
        name,
        vpcId,
        port,
        protocol: "TCP",
        targetType: "instance",
        // A machine that reaches itself through the load balancer would see its own address as the client's.
        preserveClientIp: "false",
        healthCheck: {
          protocol: "TCP",
          port: String(port),
          interval: 10,
          healthyThreshold: 2,
          unhealthyThreshold: 2,
        },
        tags,
      }),
      terraformName,
    );
    addressed(
      new LbListener(this, "listener", {
        loadBalancerArn: this.resource.arn,
        port,
        protocol: "TCP",
        defaultAction: [{ type: "forward", targetGroupArn: this.targets.arn }],
        tags,
      }),
      terraformName,
    );
  }

  /** The URL of the Kubernetes API. */
  get url(): string {
    return `https://${this.resource.dnsName}:${port}`;
  }

  /** Adds a control-plane machine. */
  addTarget(name: string, instanceId: string): void {
    addressed(
      new LbTargetGroupAttachment(this, name, {
        targetGroupArn: this.targets.arn,
        targetId: instanceId,
        port,
      }),
      name,
    );
  }
}
