import { Argument, type Command } from "commander";
import type { Host } from "../io/host";
import { eksAnywhereCommand } from "./cluster-config/eks-anywhere";
import { k0sCommand } from "./cluster-config/k0s";
import { k3sCommand, rke2Command } from "./cluster-config/k3s";
import { kubeadmCommand } from "./cluster-config/kubeadm";
import { microk8sCommand } from "./cluster-config/microk8s";
import { talosCommand } from "./cluster-config/talos";
import { makeCommand, makeGroup } from "./command";

export function clusterConfigCommand(host: Host): Command {
  const group = makeGroup(
    "cluster-config",
    {
      summary: "the settings that make a cluster sign under the issuer",
      description:
        "print the settings of a cluster, so that it signs ServiceAccount tokens under the issuer that AWS trusts: a cluster of the configuration by its name, or of the distribution that is named, by flags",
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
  return group
    .enablePositionalOptions()
    .passThroughOptions()
    .addArgument(
      new Argument("[cluster]", "a cluster of the configuration, which says what it runs"),
    )
    .argument("[flags...]", "those of its distribution, which come before what the cluster says")
    .addHelpText(
      "after",
      `
Examples:
  irsa cluster-config prod --out patch.yaml
  irsa cluster-config talos --cluster talos   (of a cluster that is named like a distribution)`,
    )
    .action(async (cluster: string | undefined, flags: string[]) => {
      if (cluster === undefined) return group.help({ error: true });
      const { distributionCommand } = await import("../actions/cluster-config/by-name.ts");
      const name = await distributionCommand(cluster, flags, host);
      const command = group.commands.find((each) => each.name() === name);
      await command?.parseAsync(["--cluster", cluster, ...flags], { from: "user" });
    });
}
