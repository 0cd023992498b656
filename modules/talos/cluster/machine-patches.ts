import { Fn } from "cdktf";
import { buildTalosPatchDocuments } from "../../cluster";
import type { IrsaIssuer } from "../../issuer";
import type { TalosClusterSettings, TalosNodeProps } from "./props";

/** What a machine's patch says of the machine itself. */
export interface MachineProps extends Pick<TalosNodeProps, "installDisk" | "labels" | "taints"> {
  readonly name: string;
  /**
   * The instance that the AWS cloud controller manager looks for.
   * @default - nodes wait for no cloud controller
   */
  readonly providerId?: string;
}

/** The Talos version with its `v`, as images and the provider have it. */
export function tagOf(version: string): string {
  return version.startsWith("v") ? version : `v${version}`;
}

/** The patch of every control-plane machine: the issuer, and what the cluster shares. */
export function controlPlanePatch(issuer: IrsaIssuer, settings: TalosClusterSettings): string {
  const { publishedJwksUri, controlPlaneEndpoint, apiAudiences, extraApiServerArgs } = settings;
  const [document = {}] = buildTalosPatchDocuments({
    form: "string",
    issuerUrl: issuer.issuerUrl,
    jwksUri: publishedJwksUri === true ? issuer.jwksUri : undefined,
    controlPlaneEndpoint,
    apiAudiences,
    extraApiServerArgs,
  });
  const { cluster } = document as { cluster: object };
  return yaml({
    cluster: {
      ...cluster,
      ...(settings.allowSchedulingOnControlPlanes === true && {
        allowSchedulingOnControlPlanes: true,
      }),
      ...(settings.cni === "none" && { network: { cni: { name: "none" } } }),
    },
  });
}

/**
 * The patch of one machine: what it installs, its name, labels and taints.
 *
 * @see {@link https://docs.siderolabs.com/talos/v1.13/reference/configuration/network/hostnameconfig HostnameConfig}
 * @see {@link https://kubernetes.io/docs/reference/command-line-tools-reference/kubelet/ kubelet --provider-id}
 */
export function machinePatch(machine: MachineProps, settings: TalosClusterSettings): string {
  const { version, domain, installImage } = settings;
  const { name, installDisk, labels = {}, taints = {}, providerId } = machine;
  const image = installImage ?? `ghcr.io/siderolabs/installer:${tagOf(version)}`;
  return Fn.join("---\n", [
    yaml({
      machine: {
        install: { image, ...(installDisk !== undefined && { disk: installDisk }) },
        ...(hasKubeSpan(settings) && { network: { kubespan: { enabled: true } } }),
        ...(Object.keys(labels).length > 0 && { nodeLabels: labels }),
        ...(Object.keys(taints).length > 0 && { nodeTaints: taints }),
        ...(providerId !== undefined && { kubelet: { extraArgs: { "provider-id": providerId } } }),
      },
      ...(providerId !== undefined && { cluster: { externalCloudProvider: { enabled: true } } }),
    }),
    yaml({
      apiVersion: "v1alpha1",
      kind: "HostnameConfig",
      auto: "off",
      hostname: domain === undefined ? name : `${name}.${domain}`,
    }),
  ]);
}

/** Whether machines are connected by KubeSpan. */
export function hasKubeSpan({ kubeSpan, externalWorkers = [] }: TalosClusterSettings): boolean {
  return kubeSpan ?? externalWorkers.length > 0;
}

function yaml(value: object): string {
  return Fn.yamlencode(value);
}
