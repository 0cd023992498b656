import {
  buildEksAnywhereConfiguration,
  buildK0sConfiguration,
  buildK3sConfiguration,
  buildKubeadmConfiguration,
  buildMicroK8sArguments,
  k3sKeyFile,
  kubeadmKeyFile,
} from "../modules/cluster";
import { checkText, InvalidPropsError, nodePathRules, type Violation } from "../modules/validation";
import { type Distribution, distributionNames } from "./distribution-names";
import type { ClusterConfig } from "./schema";

/** The one place where a distribution reads the key that it signs with; undefined where that can be set. */
export function ownKeyFile(
  distribution: Exclude<Distribution, "talos" | "eksAnywhere">,
  dataDir?: string,
): string | undefined {
  switch (distribution) {
    case "kubeadm":
      return undefined;
    case "k0s":
      return "/var/lib/k0s/pki/sa.key";
    case "microk8s":
      return "/var/snap/microk8s/current/certs/serviceaccount.key";
    default:
      return k3sKeyFile({ distribution, dataDir });
  }
}

/** Where a distribution reads the key that it signs with, unless it is set otherwise. */
export function defaultKeyFile(distribution: Parameters<typeof ownKeyFile>[0]): string {
  return ownKeyFile(distribution) ?? kubeadmKeyFile;
}

/** What is wrong with what a cluster says that it runs, except Talos: what `irsa cluster-config` would refuse. */
export function distributionViolations(cluster: ClusterConfig): Violation[] {
  const [first, ...others] = distributionNames.filter((name) => cluster[name] !== undefined);
  if (first === undefined) return [];
  return [
    ...others.map((name) => ({
      path: [name],
      rule: `must be left out: a cluster runs one distribution, and this one says ${first}`,
    })),
    ...settingsViolations(first, cluster),
  ];
}

function settingsViolations(name: Distribution, cluster: ClusterConfig): Violation[] {
  if (name === "talos") return [];
  const found = refusals(() => build(name, cluster)).flatMap((violation) => {
    const { path } = violation;
    if (Object.hasOwn(cluster[name] ?? {}, String(path[0]))) {
      return [{ ...violation, path: [name, ...path] }];
    }
    if (path[0] === "clusterName") return [{ ...violation, path: ["name"] }];
    // Of an issuer by itself the issuer's own checks report what is wrong.
    return path.length === 1 && path[0] === "previousIssuers" ? [violation] : [];
  });
  return name === "eksAnywhere" ? found : [...found, ...keyFileViolations(name, cluster)];
}

/** Stands for the issuer, which is checked by itself and may be unknown until apply. */
const anyIssuer = "https://oidc.example.org";

function build(name: Exclude<Distribution, "talos">, cluster: ClusterConfig): unknown {
  const previousIssuers = cluster.previousIssuers?.flatMap(({ url }) => url ?? []);
  const issuer = { issuerUrl: anyIssuer, previousIssuers };
  switch (name) {
    case "kubeadm":
      return buildKubeadmConfiguration({ apiVersion: "v1beta4", ...issuer, ...cluster.kubeadm });
    case "k0s":
      return buildK0sConfiguration({ ...issuer, ...cluster.k0s });
    case "microk8s":
      return buildMicroK8sArguments({ ...issuer, ...cluster.microk8s });
    case "eksAnywhere": {
      const { clusterName = cluster.name } = cluster.eksAnywhere ?? {};
      return buildEksAnywhereConfiguration({ issuerUrl: anyIssuer, clusterName });
    }
    default:
      return buildK3sConfiguration({ ...issuer, ...cluster[name], distribution: name });
  }
}

function keyFileViolations(
  name: Exclude<Distribution, "talos" | "eksAnywhere">,
  cluster: ClusterConfig,
): Violation[] {
  const settings = cluster[name] ?? {};
  const { signingKeyFile: given } = settings;
  if (given === undefined) return [];
  const own = ownKeyFile(name, "dataDir" in settings ? settings.dataDir : undefined);
  const path = [name, "signingKeyFile"];
  // Of kubeadm, its configuration is checked with it.
  if (own === undefined) return [];
  const violations = checkText(path, given, nodePathRules);
  if (violations.length > 0 || given === own) return violations;
  return [{ path, rule: `must be ${own}, where ${name} reads its key`, given }];
}

function refusals(call: () => unknown): readonly Violation[] {
  try {
    call();
    return [];
  } catch (error) {
    if (error instanceof InvalidPropsError) return error.violations;
    throw error;
  }
}
