import { DataAwsVpc } from "@cdktf/provider-aws/lib/data-aws-vpc";
import { SecretsmanagerSecret } from "@cdktf/provider-aws/lib/secretsmanager-secret";
import { SecretsmanagerSecretVersion } from "@cdktf/provider-aws/lib/secretsmanager-secret-version";
import { Fn, type TerraformResource, Token } from "cdktf";
import { Construct } from "constructs";
import { outsideAwsLabels } from "../../cluster";
import { addSecretPolicy, type IrsaIssuer, secretConfig, type SecretProps } from "../../issuer";
import { addressed, EphemeralResource, identifier, local, writeOnlyVersion } from "../../synthesis";
import { assertValid } from "../../validation";
import { AwsMachines, clusterTag } from "./aws-machines";
import { Firewall, openings } from "./firewall";
import { ApiLoadBalancer } from "./load-balancer";
import {
  controlPlanePatch,
  hasKubeSpan,
  machinePatch,
  type MachineProps,
  tagOf,
} from "./machine-patches";
import { MachineSecrets } from "./machine-secrets";
import type { ExternalWorkerProps, TalosAwsProps, TalosClusterSettings } from "./props";
import { TalosMachineBootstrap, TalosMachineConfigurationApply } from "./provider";
import { talosClusterViolations } from "./violations";

type MachineType = "controlplane" | "worker";

/** Props of {@link TalosCluster}. */
export interface TalosClusterProps extends TalosClusterSettings {
  readonly clusterName: string;
  /** The AWS region of the machines and of the secrets. */
  readonly region: string;
  /** The cluster's issuer; its signing key must be in Secrets Manager alone. */
  readonly issuer: IrsaIssuer;
  /** How the machine secrets are kept in Secrets Manager, and machine configurations beside them. */
  readonly secret: Omit<SecretProps, "format">;
  /**
   * Whether a plan that destroys the machine secrets fails.
   * @default true
   */
  readonly deletionProtection?: boolean;
  /** @default - no tags */
  readonly tags?: Readonly<Record<string, string>>;
}

/** A machine that Terraform configures. */
interface ConfiguredMachine {
  readonly name: string;
  readonly type: MachineType;
  readonly address: string;
  readonly apply: TalosMachineConfigurationApply;
}

/**
 * A Talos cluster: its secrets, its machines in AWS or the ones that exist, and their configuration. The
 * issuer's documents are published before the first machine has a key to sign tokens with.
 *
 * @throws {InvalidPropsError} see {@link talosClusterViolations}; nothing has been made
 *
 * @example
 * new TalosCluster(this, "machines", {
 *   clusterName: "prod",
 *   region: "eu-central-1",
 *   issuer: new IrsaIssuer(this, "irsa", {
 *     hosting: Hosting.s3VirtualHosted({ bucket: "acme-prod-oidc", region: "eu-central-1" }),
 *     keys: [SigningKey.keptInSecretsManager("key-2026")],
 *     secret: { name: "talos/prod" },
 *   }),
 *   secret: { name: "talos/prod/machine-secrets" },
 *   version: "1.13.2",
 *   aws: { vpcId: "vpc-0a1b2c3d", subnetIds: ["subnet-0a1b2c3d"] },
 * });
 */
export class TalosCluster extends Construct {
  /** The URL of the Kubernetes API. */
  readonly endpoint: string;
  /** The secret with the CA keys and tokens of the cluster. */
  readonly machineSecrets: SecretsmanagerSecret;
  /** The start of etcd on the first control-plane machine: what needs the cluster depends on it. */
  readonly bootstrap: TerraformResource;
  private readonly secrets: MachineSecrets;
  private readonly machines: ConfiguredMachine[] = [];
  private readonly configurations = new Map<MachineType, string>();
  private controlPlanePatch: string | undefined;
  /** Differs when the endpoint does; CDKTF takes no string that contains a token inside nested functions. */
  private readonly endpointName: string;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: TalosClusterProps,
  ) {
    super(scope, id);
    assertValid(talosClusterViolations(props), this);
    const { aws, nodes = [], externalWorkers = [], deletionProtection = true } = props;
    this.secrets = new MachineSecrets(this, "secrets", {
      ...props,
      talosVersion: contractOf(props.version),
      deletionProtection,
    });
    this.machineSecrets = this.secrets.resource;
    const firewall = aws && this.makeFirewall(aws);
    const loadBalancer =
      aws && firewall && props.controlPlaneEndpoint === undefined
        ? this.makeLoadBalancer(aws, firewall)
        : undefined;
    this.endpoint = props.controlPlaneEndpoint ?? loadBalancer?.url ?? "";
    this.endpointName = props.controlPlaneEndpoint ?? loadBalancer?.resource.dnsName ?? "";
    if (aws && firewall) this.makeMachines(aws, firewall, loadBalancer);
    for (const { role, address, ...node } of nodes) this.configure(role, address, node);
    for (const worker of externalWorkers) this.addExternalWorker(worker);
    this.bootstrap = this.bootstrapFirst();
  }

  /** Addresses of the control plane, by which `talosctl` reaches the cluster. */
  get controlPlaneAddresses(): readonly string[] {
    return this.machines.filter(({ type }) => type === "controlplane").map((each) => each.address);
  }

  /** Addresses of all machines that Terraform configures, by name. */
  get addresses(): Readonly<Record<string, string>> {
    return Object.fromEntries(this.machines.map(({ name, address }) => [name, address]));
  }

  private makeFirewall(aws: TalosAwsProps): Firewall {
    const { vpcId, managementCidrs, endpoint, externalCloudProvider } = aws;
    const { clusterName, controlPlaneEndpoint, externalWorkers = [], cni, tags } = this.props;
    const { allowedCidrs } = endpoint ?? {};
    const isForVpc = managementCidrs === undefined || allowedCidrs === undefined;
    const cidrsOfVpc = isForVpc
      ? [addressed(new DataAwsVpc(this, "vpc", { id: vpcId }), "cluster").cidrBlock]
      : [];
    return new Firewall(this, "firewall", {
      clusterName,
      vpcId,
      openings: openings({
        hasLoadBalancer: controlPlaneEndpoint === undefined,
        hasKubeSpan: hasKubeSpan(this.props),
        hasExternalWorkers: externalWorkers.length > 0,
        cni: cni ?? "flannel",
        managementCidrs: managementCidrs ?? cidrsOfVpc,
        allowedCidrs: allowedCidrs ?? cidrsOfVpc,
      }),
      ...(externalCloudProvider === true && { tagsOfMachines: clusterTag(clusterName) }),
      tags,
    });
  }

  private makeLoadBalancer(
    { vpcId, subnetIds, endpoint = {} }: TalosAwsProps,
    firewall: Firewall,
  ): ApiLoadBalancer {
    return new ApiLoadBalancer(this, "load-balancer", {
      name: this.props.clusterName,
      vpcId,
      subnetIds: endpoint.subnetIds ?? subnetIds,
      securityGroupId: firewall.groupId("load_balancer"),
      internal: endpoint.internal ?? true,
      tags: this.props.tags,
    });
  }

  private makeMachines(
    aws: TalosAwsProps,
    firewall: Firewall,
    loadBalancer: ApiLoadBalancer | undefined,
  ): void {
    const { clusterName, region, version: talosVersion, tags } = this.props;
    const { controlPlane: { count = 3, ...controlPlane } = {}, workerGroups = [] } = aws;
    const machines = new AwsMachines(this, "machines", {
      ...aws,
      ...{ clusterName, region, talosVersion, tags },
    });
    const everywhere = firewall.groupId("machines");
    const securityGroupIds = [everywhere, firewall.groupId("control_plane")];
    for (let number = 1; number <= count; number++) {
      const name = `control-plane-${number}`;
      const subnetId = inTurn(aws.subnetIds, number);
      const { instance, address, providerId } = machines.add({
        ...{ ...controlPlane, name, subnetId, securityGroupIds },
      });
      loadBalancer?.addTarget(identifier(name), instance.id);
      this.configure("controlplane", address, { name, providerId });
    }
    for (const { name: group, count: size, subnetIds, labels, taints, ...worker } of workerGroups) {
      for (let number = 1; number <= size; number++) {
        const name = `${group}-${number}`;
        const subnetId = inTurn(subnetIds ?? aws.subnetIds, number);
        const { address, providerId } = machines.add({
          ...{ ...worker, name, subnetId, securityGroupIds: [everywhere] },
        });
        this.configure("worker", address, { name, labels, taints, providerId });
      }
    }
  }

  private addExternalWorker({ address, ...worker }: ExternalWorkerProps): void {
    const machine = { ...worker, labels: { ...outsideAwsLabels, ...worker.labels } };
    if (address === undefined) this.keepConfiguration(machine);
    else this.configure("worker", address, machine);
  }

  private configure(type: MachineType, node: string, machine: MachineProps): void {
    const apply = addressed(
      new TalosMachineConfigurationApply(this, `apply-${machine.name}`, {
        clientConfigurationWo: this.secrets.clientConfiguration,
        machineConfigurationInputWo: this.configuration(type),
        node,
        configPatches: this.patches(type, machine),
      }),
      identifier(machine.name),
    );
    this.machines.push({ name: machine.name, type, address: node, apply });
  }

  /** For a machine that Terraform does not reach: the whole configuration, in a secret of its own. */
  private keepConfiguration(machine: MachineProps): void {
    const { kubernetesVersion, secret, tags, version } = this.props;
    const name = identifier(machine.name);
    const patches = this.patches("worker", machine);
    const kept = addressed(
      new SecretsmanagerSecret(this, `secret-${machine.name}`, {
        ...secretConfig({ ...secret, name: `${secret.name}/${machine.name}` }, tags),
        description: `Machine configuration of the worker ${machine.name}.`,
        // Read once, where the machine is installed.
        replica: undefined,
      }),
      name,
    );
    if (secret.policy !== undefined) {
      addSecretPolicy(this, `policy-${machine.name}`, {
        ...{ secret: kept, policy: secret.policy, terraformName: name },
      });
    }
    const configuration = this.ephemeralConfiguration(name, "worker", patches);
    addressed(
      new SecretsmanagerSecretVersion(this, `configuration-${machine.name}`, {
        secretId: kept.id,
        secretStringWo: configuration,
        secretStringWoVersion: writeOnlyVersion(
          Fn.join("", [
            ...[this.endpointName, contractOf(version), kubernetesVersion ?? ""],
            ...patches,
          ]),
        ),
      }),
      name,
    );
  }

  /** The configuration that machines of a type share: an ephemeral token. */
  private configuration(type: MachineType): string {
    const made = this.configurations.get(type);
    if (made !== undefined) return made;
    const name = type === "controlplane" ? "control_plane" : "worker";
    const configuration = this.ephemeralConfiguration(name, type);
    this.configurations.set(type, configuration);
    return configuration;
  }

  private ephemeralConfiguration(
    name: string,
    type: MachineType,
    patches?: readonly string[],
  ): string {
    const { clusterName, kubernetesVersion, version } = this.props;
    return addressed(
      new EphemeralResource(this, `configuration-of-${name}`, "talos_machine_configuration", {
        cluster_name: clusterName,
        cluster_endpoint: this.endpoint,
        machine_type: type,
        machine_secrets: this.secrets.machineSecrets,
        talos_version: contractOf(version),
        kubernetes_version: kubernetesVersion,
        config_patches: patches,
        docs: false,
        examples: false,
      }),
      name,
    ).attribute("machine_configuration");
  }

  private patches(type: MachineType, machine: MachineProps): string[] {
    const { patches = [] } = this.props;
    const shared = type === "controlplane" ? [this.patchOfControlPlane()] : [];
    return [...shared, machinePatch(machine, this.props), ...patches];
  }

  private patchOfControlPlane(): string {
    this.controlPlanePatch ??= local(
      this,
      "talos_control_plane_patch",
      controlPlanePatch(this.props.issuer, this.props),
    );
    return this.controlPlanePatch;
  }

  /** The first machine stays the first when others are added: its name says so. */
  private bootstrapFirst(): TerraformResource {
    const [first] = this.machines.filter(({ type }) => type === "controlplane");
    if (first === undefined) throw new Error("a cluster has a control plane");
    return addressed(
      new TalosMachineBootstrap(this, "bootstrap", {
        clientConfigurationWo: this.secrets.clientConfiguration,
        node: first.address,
        dependsOn: [first.apply],
      }),
      "cluster",
    );
  }
}

/** The minor version, of which Talos keeps the defaults when it is upgraded. */
function contractOf(version: string): string {
  return tagOf(version).split(".").slice(0, 2).join(".");
}

/** Machines are spread over subnets; one that is added moves no other. */
function inTurn(subnetIds: readonly string[], number: number): string {
  if (Token.isUnresolved(subnetIds)) return Token.asString(Fn.element(subnetIds, number - 1));
  return subnetIds[(number - 1) % subnetIds.length] ?? "";
}
