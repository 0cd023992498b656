export type { ApiServerArgs } from "./api-server/args";
export type { ApiServerProps } from "./api-server/flags";
export { buildArgoCdApplications, type ArgoCdProps } from "./add-ons/argo-cd";
export {
  buildCloudControllerManagerRelease,
  type CloudControllerManagerProps,
} from "./add-ons/cloud-controller-manager";
export {
  buildEbsCsiDriverRelease,
  type EbsCsiDriverProps,
  type EbsMetadataSource,
} from "./add-ons/ebs-csi-driver";
export { buildCertManagerRelease, type CertManagerProps } from "./add-ons/cert-manager";
export {
  awsCliImage,
  certManagerChart,
  type Chart,
  cloudControllerManagerChart,
  ebsCsiDriverChart,
  podIdentityWebhookChart,
} from "./add-ons/chart-versions";
export {
  buildEksAnywhereConfiguration,
  type EksAnywhereConfiguration,
  type EksAnywhereProps,
  formatSteps,
  type Step,
} from "./eks-anywhere";
export { buildFluxManifests } from "./add-ons/flux";
export { formatHelmCommands } from "./add-ons/helm-commands";
export type { IssuerProps } from "./api-server/issuers";
export { buildK0sConfiguration, type K0sProps } from "./k0s";
export {
  buildK3sConfiguration,
  type K3sConfiguration,
  type K3sDistribution,
  k3sKeyFile,
  type K3sProps,
} from "./k3s";
export { buildMicroK8sArguments, type MicroK8sProps } from "./microk8s";
export {
  buildKubeadmConfiguration,
  kubeadmKeyFile,
  type KubeadmProps,
  type KubeadmVersion,
} from "./kubeadm";
export {
  buildPodCredentials,
  type PodCredentials,
  type PodCredentialsProps,
} from "./manifests/pod-credentials";
export {
  type DisruptionBudget,
  type FailurePolicy,
  failurePolicyConsequence,
  buildPodIdentityWebhookRelease,
  type PodIdentityWebhookProps,
} from "./add-ons/pod-identity-webhook";
export { chain, type Release, nameValuesFile } from "./add-ons/release";
export { defaultClusterIssuer, outsideAwsLabels, stsAudience } from "./constants";
export { findKnownChart, type KnownChart } from "./manifests/known-charts";
export { buildServiceAccount, type ServiceAccountProps } from "./manifests/service-account";
export { buildSmokeTest, type SmokeTestProps } from "./manifests/smoke-test";
export {
  type SmokeTestAnswer,
  explainLog,
  smokeTestAnswers,
  formatSmokeTestAnswers,
} from "./manifests/smoke-test-answers";
export { formatFinding } from "../validation";
export { clusterWarningRules, inspectApiServer, inspectK0s, inspectTalos } from "./inspect";
export type { TalosForm, TalosFormProps } from "./talos/form";
export { deriveTalosTraits } from "./talos/form";
export {
  encodePublicKey,
  buildTalosMachineConfigPatch,
  talosSettingsViolations,
  type TalosPatch,
  type TalosPatchProps,
} from "./talos/machine-config-patch";
export { readTalosPrivateKey } from "./talos/private-key";
export { type TalosPatchContent, buildTalosPatchDocuments } from "./talos/patch-documents";
export {
  type RoleBinding,
  type WebhookMap,
  buildWebhookMap,
  type WebhookMapEntry,
} from "./add-ons/webhook-map";
export { formatYaml, type YamlComments } from "./manifests/yaml";
