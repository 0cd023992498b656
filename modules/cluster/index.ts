export type { ApiServerArgs } from "./api-server/args";
export type { ApiServerProps } from "./api-server/flags";
export { argoCdApplications, type ArgoCdProps } from "./add-ons/argo-cd";
export { certManager, type CertManagerProps } from "./add-ons/cert-manager";
export {
  awsCliImage,
  certManagerChart,
  type Chart,
  podIdentityWebhookChart,
} from "./add-ons/chart-versions";
export {
  eksAnywhere,
  type EksAnywhere,
  type EksAnywhereProps,
  type Step,
  stepsText,
} from "./eks-anywhere";
export { ClusterConfigError } from "./errors";
export { fluxManifests } from "./add-ons/flux";
export { helmCommands } from "./add-ons/helm-commands";
export type { IssuerProps } from "./api-server/issuers";
export { type K3sConfig, k3sConfig, type K3sProps } from "./k3s";
export { kubeadmClusterConfiguration, type KubeadmProps, type KubeadmVersion } from "./kubeadm";
export {
  podCredentials,
  type PodCredentials,
  type PodCredentialsProps,
} from "./manifests/pod-credentials";
export {
  type DisruptionBudget,
  type FailurePolicy,
  failurePolicyConsequence,
  podIdentityWebhook,
  type PodIdentityWebhookProps,
} from "./add-ons/pod-identity-webhook";
export { type Release, valuesFile } from "./add-ons/release";
export { defaultClusterIssuer, stsAudience } from "./rules";
export { knownChart, type KnownChart } from "./manifests/known-charts";
export { serviceAccount, type ServiceAccountProps } from "./manifests/service-account";
export { smokeTest, type SmokeTestProps } from "./manifests/smoke-test";
export {
  type SmokeTestAnswer,
  smokeTestAnswer,
  smokeTestAnswers,
  smokeTestAnswersText,
} from "./manifests/smoke-test-answers";
export type { TalosForm, TalosFormProps } from "./talos/form";
export { talosTraits } from "./talos/form";
export {
  spki,
  talosMachineConfigPatch,
  talosSettingsViolations,
  type TalosPatch,
  type TalosPatchProps,
} from "./talos/machine-config-patch";
export { type TalosPatchContent, talosPatchDocuments } from "./talos/patch-documents";
export {
  type RoleBinding,
  type WebhookMap,
  webhookMap,
  type WebhookMapEntry,
} from "./add-ons/webhook-map";
export { toYaml, type YamlComments } from "./manifests/yaml";
