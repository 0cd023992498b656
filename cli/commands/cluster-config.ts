import type { Command } from "commander";
import type { Host } from "../io/host";
import { eksAnywhereCommand } from "./cluster-config/eks-anywhere";
import { k0sCommand } from "./cluster-config/k0s";
import { k3sCommand, rke2Command } from "./cluster-config/k3s";
import { kubeadmCommand } from "./cluster-config/kubeadm";
import { microk8sCommand } from "./cluster-config/microk8s";
import { talosCommand } from "./cluster-config/talos";
import { makeCommand, makeGroup } from "./command";

export function clusterConfigCommand(host: Host): Command {
  return makeGroup(
    "cluster-config",
    {
      summary: "the settings that make a cluster sign under the issuer",
      description:
        "print the settings of a cluster, so that it signs ServiceAccount tokens under the issuer that AWS trusts",
    },
    [
      makeCommand(talosCommand, host),
      makeCommand(eksAnywhereCommand, host),
      makeCommand(kubeadmCommand, host),
      makeCommand(k3sCommand, host),
      makeCommand(rke2Command, host),
      makeCommand(k0sCommand, host),
      makeCommand(microk8sCommand, host),
    ],
  );
}
