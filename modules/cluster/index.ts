export type { ApiServerArgs } from "./api-server-args";
export type { ApiServerProps } from "./api-server-flags";
export {
  eksAnywhere,
  type EksAnywhere,
  type EksAnywhereProps,
  type Step,
  stepsText,
} from "./eks-anywhere";
export { ClusterConfigError } from "./errors";
export type { IssuerProps } from "./issuers";
export { type K3sConfig, k3sConfig, type K3sProps } from "./k3s";
export { kubeadmClusterConfiguration, type KubeadmProps, type KubeadmVersion } from "./kubeadm";
export { defaultClusterIssuer, stsAudience } from "./rules";
export type { TalosForm, TalosFormProps } from "./talos-form";
export {
  talosMachineConfigPatch,
  type TalosPatch,
  type TalosPatchProps,
} from "./talos-machine-config-patch";
export { type TalosPatchContent, talosPatchDocuments } from "./talos-patch-documents";
export { toYaml, type YamlComments } from "./yaml";
