/** What a cluster may run: properties of `irsa.yaml`, of which a cluster has one or none. */
export const distributionNames = [
  "talos",
  "kubeadm",
  "k3s",
  "rke2",
  "k0s",
  "microk8s",
  "eksAnywhere",
] as const;

export type Distribution = (typeof distributionNames)[number];

/** Whether a property of a cluster says what it runs. */
export function isDistribution(name: string): name is Distribution {
  return (distributionNames as readonly string[]).includes(name);
}

/** What a cluster runs; undefined for one that does not say. */
export function distributionOf(
  cluster: Readonly<Partial<Record<Distribution, unknown>>>,
): Distribution | undefined {
  return distributionNames.find((name) => cluster[name] !== undefined);
}
