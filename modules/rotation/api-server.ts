import { deriveTalosTraits, type TalosFormProps } from "../cluster";
import type { Violation } from "../validation";

/** What a cluster runs. */
export type Distribution =
  "talos" | "kubeadm" | "k3s" | "rke2" | "k0s" | "microk8s" | "eks-anywhere";

/** What the traits of an API server follow from. */
export interface ApiServerTraitsProps {
  /** @default - not known */
  readonly distribution?: Distribution;
  /** Version and form of a Talos cluster. */
  readonly talos?: TalosFormProps;
  /**
   * The Kubernetes version of a kubeadm or k0s cluster, such as `1.34.1`.
   * @default - a version that takes several keys and issuers: kubeadm 1.31, k0s 1.34.1
   */
  readonly kubernetesVersion?: string;
}

/** How many keys or issuers an API server accepts at a time. */
type Capacity = "several" | "one" | "unknown";

/** What an API server takes. */
export interface ApiServerTraits {
  readonly distribution?: Distribution;
  /** Public keys whose tokens it accepts. */
  readonly keys: Capacity;
  readonly issuers: Capacity;
  /** Whether the cluster's configuration can name another signing key. */
  readonly takesKey: boolean;
  /** One sentence about what it takes. */
  readonly what: string;
}

/**
 * What the API server of a cluster takes while its key or issuer changes.
 *
 * @returns the traits, or one violation for each rule that the versions violate
 *
 * @example
 * deriveApiServerTraits({ distribution: "talos", talos: { version: "1.13" } }); // one key
 */
export function deriveApiServerTraits(props: ApiServerTraitsProps): ApiServerTraits | Violation[] {
  const { distribution, talos, kubernetesVersion } = props;
  const several = { distribution, keys: "several", issuers: "several", takesKey: true } as const;
  switch (distribution) {
    case undefined:
      return {
        keys: "unknown",
        issuers: "unknown",
        takesKey: true,
        what: "Whether the API server accepts several keys and issuers depends on the distribution.",
      };
    case "talos":
      return talosTraits(talos);
    case "kubeadm":
      return isBefore(kubernetesVersion, [1, 31, 0])
        ? {
            ...several,
            issuers: "one",
            what: "kubeadm before 1.31 (v1beta3) names one key file, which may contain several public keys, and one issuer.",
          }
        : {
            ...several,
            what: "kubeadm from 1.31 (v1beta4) names several key files and several issuers; the first issuer signs.",
          };
    case "k0s":
      return isBefore(kubernetesVersion, [1, 34, 1])
        ? {
            ...several,
            keys: "one",
            issuers: "one",
            what: "k0s before 1.34.1 names each flag once: one key file and one issuer.",
          }
        : {
            ...several,
            what: "k0s from 1.34.1 names several key files and several issuers; the first issuer signs.",
          };
    case "eks-anywhere":
      return {
        distribution,
        keys: "one",
        issuers: "one",
        takesKey: false,
        what: "EKS Anywhere makes its key itself, and its specification names one issuer and no key.",
      };
    default:
      return {
        ...several,
        what: `${names[distribution]} names several key files and several issuers; the first issuer signs.`,
      };
  }
}

const names = { k3s: "k3s", rke2: "RKE2", microk8s: "MicroK8s" } as const;

function talosTraits(talos: TalosFormProps | undefined): ApiServerTraits | Violation[] {
  const distribution = "talos";
  if (talos === undefined) {
    return {
      distribution,
      keys: "unknown",
      issuers: "unknown",
      takesKey: true,
      what: "Whether Talos accepts several keys depends on the version that generated the cluster: from 1.14 it does.",
    };
  }
  const traits = deriveTalosTraits(talos);
  if (Array.isArray(traits)) return traits;
  const { version } = talos;
  switch (traits.form) {
    case "document":
      return {
        distribution,
        keys: "several",
        issuers: "several",
        takesKey: true,
        what: `Talos ${version} accepts several keys and issuers (accepted.publicKeys and accepted.issuers of KubeServiceAccountConfig).`,
      };
    default:
      return {
        distribution,
        keys: "one",
        issuers: traits.lists ? "several" : "one",
        takesKey: true,
        what: `Talos ${version}, as this cluster is configured, has one key (cluster.serviceAccount.key) and ${
          traits.lists ? "several issuers" : "one issuer"
        }.`,
      };
  }
}

/** Whether a version is given and older; the text has been checked by {@link isKubernetesVersion}. */
function isBefore(text: string | undefined, than: readonly [number, number, number]): boolean {
  if (text === undefined) return false;
  const [major = 0, minor = 0, patch = Infinity] = text
    .replace(/^v/, "")
    .split(/[.+-]/)
    .map(Number);
  const [a, b, c] = than;
  return major < a || (major === a && (minor < b || (minor === b && patch < c)));
}

/** Whether a string is a version of Kubernetes, such as 1.34 or v1.34.1+k0s.0. */
export function isKubernetesVersion(text: string): boolean {
  return /^v?1\.\d{1,2}(\.\d{1,3}([+-][0-9A-Za-z.+-]*)?)?$/.test(text);
}
