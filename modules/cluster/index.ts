export type { ApiServerArgs } from "./api-server-args";
export type { ApiServerProps } from "./api-server-flags";
export { argoCdApplications, type ArgoCdProps } from "./argo-cd";
export { certManager, type CertManagerProps } from "./cert-manager";
export {
  awsCliImage,
  certManagerChart,
  type Chart,
  podIdentityWebhookChart,
} from "./chart-versions";
export {
  eksAnywhere,
  type EksAnywhere,
  type EksAnywhereProps,
  type Step,
  stepsText,
} from "./eks-anywhere";
export { ClusterConfigError } from "./errors";
export { fluxManifests } from "./flux";
export { helmCommands } from "./helm-commands";
export type { IssuerProps } from "./issuers";
export { type K3sConfig, k3sConfig, type K3sProps } from "./k3s";
export { kubeadmClusterConfiguration, type KubeadmProps, type KubeadmVersion } from "./kubeadm";
export { podCredentials, type PodCredentials, type PodCredentialsProps } from "./pod-credentials";
export {
  type DisruptionBudget,
  type FailurePolicy,
  failurePolicyConsequence,
  podIdentityWebhook,
  type PodIdentityWebhookProps,
} from "./pod-identity-webhook";
export { type Release, valuesFile } from "./release";
export { defaultClusterIssuer, stsAudience } from "./rules";
export { serviceAccount, type ServiceAccountProps } from "./service-account";
export { smokeTest, type SmokeTestProps } from "./smoke-test";
export {
  type SmokeTestAnswer,
  smokeTestAnswer,
  smokeTestAnswers,
  smokeTestAnswersText,
} from "./smoke-test-answers";
export type { TalosForm, TalosFormProps } from "./talos-form";
export { talosTraits } from "./talos-form";
export {
  spki,
  talosMachineConfigPatch,
  talosSettingsViolations,
  type TalosPatch,
  type TalosPatchProps,
} from "./talos-machine-config-patch";
export { type TalosPatchContent, talosPatchDocuments } from "./talos-patch-documents";
export { type RoleBinding, type WebhookMap, webhookMap, type WebhookMapEntry } from "./webhook-map";
export { toYaml, type YamlComments } from "./yaml";
