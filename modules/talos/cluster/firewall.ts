import { SecurityGroup } from "@cdktf/provider-aws/lib/security-group";
import { VpcSecurityGroupEgressRule } from "@cdktf/provider-aws/lib/vpc-security-group-egress-rule";
import { VpcSecurityGroupIngressRule } from "@cdktf/provider-aws/lib/vpc-security-group-ingress-rule";
import { Construct } from "constructs";
import { addressed, mergeTags } from "../../synthesis";

/** A set of machines, or the load balancer: each has a security group. */
export type Peer = "load_balancer" | "machines" | "control_plane";

/** Traffic that is let in. */
export interface Opening {
  /** Names the Terraform resource. */
  readonly name: string;
  readonly description: string;
  readonly to: Peer;
  /** A peer, or addresses in CIDR notation. */
  readonly from: Peer | { readonly cidrs: readonly string[] };
  readonly protocol: "tcp" | "udp" | "icmp";
  /** The first and last port; type and code of ICMP. */
  readonly ports: readonly [number, number];
}

/** Props of {@link openings}. */
export interface OpeningsProps {
  readonly hasLoadBalancer: boolean;
  readonly hasKubeSpan: boolean;
  /** Whether machines outside the VPC reach the cluster by KubeSpan. */
  readonly hasExternalWorkers: boolean;
  readonly cni: "flannel" | "none";
  /** Who may reach the Talos API. */
  readonly managementCidrs: readonly string[];
  /** Who may reach the Kubernetes API. */
  readonly allowedCidrs: readonly string[];
}

/**
 * The ports of a Talos cluster, and nothing else.
 *
 * @see {@link https://docs.siderolabs.com/talos/v1.13/learn-more/talos-network-connectivity Talos network connectivity}
 * @see {@link https://docs.cilium.io/en/stable/operations/system_requirements/#firewall-rules Cilium's firewall rules}
 */
export function openings(props: OpeningsProps): readonly Opening[] {
  const { hasLoadBalancer, hasKubeSpan, hasExternalWorkers, cni } = props;
  const clients = { cidrs: props.allowedCidrs };
  const management = { cidrs: props.managementCidrs };
  const kubeSpanPeers = hasExternalWorkers ? { cidrs: ["0.0.0.0/0"] } : "machines";
  const rows: readonly Row[] = [
    ...(hasLoadBalancer
      ? ([
          ["kubernetes_api", "Kubernetes API", "load_balancer", clients, "tcp", 6443],
          ["kubernetes_api_machines", "Kubernetes API", "load_balancer", "machines", "tcp", 6443],
          [
            "kubernetes_api_targets",
            "Kubernetes API",
            "control_plane",
            "load_balancer",
            "tcp",
            6443,
          ],
        ] as const)
      : ([["kubernetes_api", "Kubernetes API", "control_plane", clients, "tcp", 6443]] as const)),
    ["kube_prism", "Kubernetes API by KubePrism", "control_plane", "machines", "tcp", 6443],
    ["trustd", "Talos trustd", "control_plane", "machines", "tcp", 50001],
    ["etcd", "etcd", "control_plane", "control_plane", "tcp", 2379, 2380],
    ["apid", "Talos API", "machines", management, "tcp", 50000],
    ["apid_proxy", "Talos API by the control plane", "machines", "control_plane", "tcp", 50000],
    ["kubelet", "kubelet", "machines", "machines", "tcp", 10250],
    ...(cni === "flannel"
      ? ([["flannel", "flannel VXLAN", "machines", "machines", "udp", 4789]] as const)
      : ([
          ["cilium", "Cilium VXLAN", "machines", "machines", "udp", 8472],
          ["cilium_health", "Cilium health checks", "machines", "machines", "tcp", 4240],
          ["cilium_ping", "Cilium health checks by ping", "machines", "machines", "icmp", 8, 0],
        ] as const)),
    ...(hasKubeSpan
      ? ([["kube_span", "KubeSpan (WireGuard)", "machines", kubeSpanPeers, "udp", 51820]] as const)
      : []),
  ];
  return rows.map(([name, description, to, from, protocol, first, last = first]) => ({
    name,
    description,
    to,
    from,
    protocol,
    ports: [first, last],
  }));
}

/** An opening: its name, description, ends, protocol and first and last port. */
type Row = readonly [
  name: string,
  description: string,
  to: Peer,
  from: Opening["from"],
  protocol: Opening["protocol"],
  first: number,
  last?: number,
];

const descriptions: Readonly<Record<Peer, string>> = {
  load_balancer: "Load balancer of the Kubernetes API",
  machines: "Machines of the Talos cluster",
  control_plane: "Control plane of the Talos cluster",
};

/** Props of {@link Firewall}. */
export interface FirewallProps {
  readonly clusterName: string;
  readonly vpcId: string;
  readonly openings: readonly Opening[];
  /**
   * More tags of the group that every machine is in.
   * @default - none
   */
  readonly tagsOfMachines?: Readonly<Record<string, string>>;
  /** @default - no tags */
  readonly tags?: Readonly<Record<string, string>>;
}

/** Security groups of a Talos cluster in AWS. */
export class Firewall extends Construct {
  /** The openings that it has. */
  readonly openings: readonly Opening[];
  private readonly groups: ReadonlyMap<Peer, SecurityGroup>;

  constructor(scope: Construct, id: string, props: FirewallProps) {
    super(scope, id);
    this.openings = props.openings;
    const peers = new Set(
      props.openings.flatMap(({ to, from }) => (typeof from === "string" ? [to, from] : [to])),
    );
    this.groups = new Map([...peers].map((peer) => [peer, this.group(peer, props)]));
    for (const opening of props.openings) this.open(opening, props);
    this.letOut("machines", props);
    if (peers.has("load_balancer")) this.letOut("load_balancer", props);
  }

  /** The ID of a peer's security group. */
  groupId(peer: Peer): string {
    const group = this.groups.get(peer);
    if (group === undefined) throw new Error(`no traffic reaches or leaves ${peer}`);
    return group.id;
  }

  private group(peer: Peer, props: FirewallProps): SecurityGroup {
    const { clusterName, vpcId, tags, tagsOfMachines } = props;
    return addressed(
      new SecurityGroup(this, peer, {
        namePrefix: `${clusterName}-${peer.replace("_", "-")}-`,
        // A description that is added later replaces the group.
        description: descriptions[peer],
        vpcId,
        tags: mergeTags(tags, {
          Name: `${clusterName}-${peer.replace("_", "-")}`,
          ...(peer === "machines" && tagsOfMachines),
        }),
        lifecycle: { createBeforeDestroy: true },
      }),
      peer,
    );
  }

  private open(opening: Opening, { tags }: FirewallProps): void {
    const { name, description, to, from, protocol } = opening;
    const [fromPort, toPort] = opening.ports;
    const sources =
      typeof from === "string"
        ? [{ name, referencedSecurityGroupId: this.groupId(from) }]
        : from.cidrs.map((cidr) => ({
            name: from.cidrs.length === 1 ? name : `${name}_${cidr.replace(/[^0-9a-f]+/g, "_")}`,
            ...(cidr.includes(":") ? { cidrIpv6: cidr } : { cidrIpv4: cidr }),
          }));
    for (const { name: terraformName, ...source } of sources) {
      addressed(
        new VpcSecurityGroupIngressRule(this, `in-${terraformName}`, {
          securityGroupId: this.groupId(to),
          description,
          ipProtocol: protocol,
          fromPort,
          toPort,
          ...source,
          tags: tags && { ...tags },
        }),
        terraformName,
      );
    }
  }

  private letOut(peer: Peer, { tags }: FirewallProps): void {
    addressed(
      new VpcSecurityGroupEgressRule(this, `out-${peer}`, {
        securityGroupId: this.groupId(peer),
        description: "Everywhere",
        ipProtocol: "-1",
        cidrIpv4: "0.0.0.0/0",
        tags: tags && { ...tags },
      }),
      peer,
    );
  }
}
