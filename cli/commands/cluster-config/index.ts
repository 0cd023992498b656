import { Command } from "commander";
import { eksAnywhereCommand } from "./eks-anywhere";
import { k3sCommand } from "./k3s";
import { kubeadmCommand } from "./kubeadm";
import { talosCommand } from "./talos";

export const clusterConfigCommand = new Command("cluster-config")
  .summary("what a cluster must be told to sign under the issuer")
  .description(
    "print what a cluster must be told, so that it signs ServiceAccount tokens under the issuer that AWS knows",
  )
  .addCommand(talosCommand)
  .addCommand(eksAnywhereCommand)
  .addCommand(kubeadmCommand)
  .addCommand(k3sCommand);
