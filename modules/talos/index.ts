export { talosForm, talosPatch, type TalosProps, talosViolations } from "./machine-config-patch";
export type {
  ControlPlaneProps,
  EndpointProps,
  ExternalWorkerProps,
  TalosAwsProps,
  TalosClusterSettings,
  TalosMachinesProps,
  TalosNodeProps,
  Taints,
  WorkerGroupProps,
} from "./cluster/props";
export { TalosProvider, talosProviderVersion } from "./cluster/provider";
export { TalosCluster, type TalosClusterProps } from "./cluster/talos-cluster";
export {
  clusterOfStackViolations,
  diskSizeRule,
  machinesViolations,
  makesMachines,
  metadataHopLimitRule,
  workerCountRule,
} from "./cluster/violations";
