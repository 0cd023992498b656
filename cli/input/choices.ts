/** How add-ons are installed. */
export type AddOnsWay = "helm" | "flux" | "argo-cd";

export const addOnsWays: readonly AddOnsWay[] = ["helm", "flux", "argo-cd"];

/** The namespace and the ServiceAccount that the smoke test makes for itself. */
export const smokeTestName = "irsa-smoke-test";

/** The distributions, as `irsa cluster-config` calls them. */
export const distributions = [
  "talos",
  "eks-anywhere",
  "kubeadm",
  "k3s",
  "rke2",
  "k0s",
  "microk8s",
] as const;
export type DistributionFlag = (typeof distributions)[number];

/** The hostings that a configuration can begin with, or a cluster can move to. */
export const ownHostings = ["s3-virtual-hosted", "s3", "cloudfront", "self-published"] as const;

/** What Talos' API allows a client to do. */
export const talosRoles = ["os:admin", "os:operator", "os:reader", "os:etcd:backup"] as const;

/** What a stack can be written as. */
export const stackForms = ["stack", "module"] as const;

/** What `irsa init` writes jobs for. */
export const ciSystems = ["none", "github-actions", "gitlab-ci"] as const;

/** How a diagnosis can be printed. */
export const diagnosisFormats = ["text", "json", "junit"] as const;
export type DiagnosisFormat = (typeof diagnosisFormats)[number];

/** How long a diagnosis looks at most, in seconds. */
export const defaultTimeout = 30;
